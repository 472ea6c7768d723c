// A patch changes what it is about: every other line of the file is, byte by byte, what a person wrote, in any layout that YAML allows.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {patchContract, type Remedy} from '../../../src/core/contract/patch-contract.ts'

const layouts = fc.record({
  lineEnd: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('', '\ufeff'),
  apiVersion: fc.constantFrom('v3.0.0', 'v3.0.2', 'v3.1.0', 'v3.2.0'),
  indent: fc.integer({min: 0, max: 5}),
  gap: fc.integer({min: 1, max: 4}),
  comment: fc.constantFrom('', ' # why', '   #\ttabs\tand more'),
  quote: fc.constantFrom('', '"', "'"),
  isFlow: fc.boolean(),
  isLast: fc.boolean(),
  text: fc.constantFrom('short', "'it''s'", '"a \\"b\\""', `${'long '.repeat(60).trim()}`),
})

type Layout = typeof layouts extends fc.Arbitrary<infer T> ? T : never

const remedies: readonly Remedy[] = [
  {kind: 'makeOptional', column: 'changed'},
  {kind: 'addSource', column: 'changed', header: 'Changed No.'},
  {kind: 'addColumn', property: {name: 'new', logicalType: 'date'}},
]

/** Lines in front of the property `changed`, those of it, and those behind. */
function layOut({apiVersion, indent, gap, comment, quote, isFlow, isLast, text}: Layout): readonly (readonly string[])[] {
  const [pad, space] = [' '.repeat(indent), ' '.repeat(gap)]
  const other = [
    `${pad}-${space}name: other${comment}`,
    `${pad} ${space}logicalType: string`,
    `${pad} ${space}description: >`,
    `${pad} ${space}  folded`,
    '',
    `${pad} ${space}  text`,
  ]
  const changed = isFlow
    ? [`${pad}-${space}{name: changed, logicalType: string,  required: true}`]
    : [`${pad}-${space}name: changed`, `${pad} ${space}logicalType: string`, `${pad} ${space}required: true`]
  const head = [
    `# head${comment}`,
    `apiVersion:${space}${apiVersion}${comment}`,
    'kind: DataContract',
    `id: &id ${quote}lab${quote}`,
    `version: ${quote}1.0.0${quote}${comment}`,
    `domain: ${text}`,
    'tenant: *id',
    '',
    'status: active',
    'schema:',
    '- name: lab',
    `  properties:${comment}`,
  ]
  const tail = ['', 'tags: [a,   "b"]', '# end']
  const deep = (lines: readonly string[]): readonly string[] => lines.map((line) => (line === '' ? line : `  ${line}`))
  return [[...head, ...(isLast ? deep(other) : [])], deep(changed), [...(isLast ? [] : deep(other)), ...tail]]
}

describe('a patch of a contract', () => {
  it('leaves every line alone that it is not about', () => {
    fc.assert(
      fc.property(layouts, fc.subarray([...remedies], {minLength: 1}), (layout, chosen) => {
        const [before = [], changed = [], after = []] = layOut(layout)
        const text = layout.mark + [...before, ...changed, ...after, ''].join(layout.lineEnd)

        const patched = patchContract('lab.odcs.yaml', text, chosen)

        const kept = (lines: readonly string[], version: string): string =>
          lines.map((line) => line.replace(/^(version: ["']?)[\d.]+/, `$1${version}`)).join(layout.lineEnd)
        expect(patched.text.startsWith(layout.mark + kept(before, patched.version) + layout.lineEnd)).toBe(true)
        expect(patched.text.endsWith(kept(after.slice(-3), '') + layout.lineEnd)).toBe(true)
        expect(patched.text).toContain(kept(after.slice(0, -3), ''))
        expect(patched.text.replaceAll(layout.lineEnd, '')).not.toMatch(layout.lineEnd === '\n' ? /\r/ : /[\r\n]/)
        const {schema} = parse(patched.text)
        expect(schema[0].properties.map(({name}: {name: string}) => name).includes('new')).toBe(
          chosen.some(({kind}) => kind === 'addColumn'),
        )
        const own = schema[0].properties.find(({name}: {name: string}) => name === 'changed')
        expect(own.required).toBe(chosen.some(({kind}) => kind === 'makeOptional') ? undefined : true)
      }),
      {numRuns: 150, seed: 20261123},
    )
  })

  it('is printed as a whole where a part of it has no text of its own', () => {
    const text =
      'apiVersion: v3.1.0\nkind: DataContract\nid: &id lab\nversion: 1.0.0\nstatus: active\nschema:\n  - name: lab\n    properties:\n      - {name: a,   logicalType: string, description: *id, required: true}\n'

    const patched = patchContract('lab.odcs.yaml', text, [{kind: 'makeOptional', column: 'a'}])

    expect(patched.text).toContain('- {name: a, logicalType: string, description: *id}')
  })
})
