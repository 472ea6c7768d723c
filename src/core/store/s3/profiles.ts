// The ini files of ~/.aws: sections of `name = value`. Indented lines belong to a nested group, which hippo needs none of.

export type Profile = Readonly<Record<string, string>>

/** Sections by name, names of values in lower case; a later section of the same name adds to the earlier. */
export function parseProfiles(text: string): ReadonlyMap<string, Profile> {
  const profiles = new Map<string, Record<string, string>>()
  let current: Record<string, string> | undefined
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const section = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1]
    if (section !== undefined) {
      const name = section.replace(/\s+/g, ' ').replace(/^profile "(.*)"$/, 'profile $1')
      current = profiles.get(name) ?? {}
      profiles.set(name, current)
      continue
    }
    const entry = /^([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line)
    if (entry?.[1] && current) current[entry[1].toLowerCase()] = (entry[2] ?? '').replace(/\s+[#;].*$/, '')
  }
  return profiles
}
