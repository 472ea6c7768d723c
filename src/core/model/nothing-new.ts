/** Detail of a promotion step that found nothing left to do. Other steps without an effect, as in a dry run, say something else. */
export const nothingNew = 'nothing new'
