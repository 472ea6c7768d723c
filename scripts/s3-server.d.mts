/** Path of the server where it is already; undefined when it would have to be built. */
export function findServer(env?: Readonly<Record<string, string | undefined>>): string | undefined
