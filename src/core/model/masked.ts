// What stands for a value that people may not see.
/** Never the value, not even its length. */
export const masked = '••••'
