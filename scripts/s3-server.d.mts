/** Path of the server where it is already; undefined when it would have to be built. */
export function findServer(env?: Readonly<Record<string, string | undefined>>): string | undefined
/** The same, built when it has to be; `problem` says why it cannot be. */
export function findOrBuildServer(env?: Readonly<Record<string, string | undefined>>): {readonly path?: string; readonly problem?: string}
