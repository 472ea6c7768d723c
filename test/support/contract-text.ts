// Contracts for tests: a valid head around the part that a test is about.
import {readContract} from '../../src/core/contract/read-contract.ts'
import type {Contract} from '../../src/core/model/contract.ts'

const indent = (text: string, by: number): string => text.trim().replace(/^/gm, ' '.repeat(by))

/** A contract of one dataset `lab`; `properties` and `object` are YAML, `object` stands beside the properties. */
export function labContract(properties: string, object = ''): Contract {
  return readContract('lab.odcs.yaml', labText(properties, object))
}

export function labText(properties: string, object = ''): string {
  return `apiVersion: v3.1.0
kind: DataContract
id: lab
version: 1.0.0
status: active
schema:
  - name: lab
${object === '' ? '' : `${indent(object, 4)}\n`}    properties:
${indent(properties, 6)}
`
}
