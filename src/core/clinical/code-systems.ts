// The code systems that a contract can name.
import type {CodeSystem} from './code-system.ts'
import {cvx, ndc, rxNorm} from './drug-codes.ts'
import {icd10Cm, icd10Pcs} from './icd-10.ts'
import {loinc, loincAnswer, loincPart} from './loinc.ts'
import {npi} from './npi.ts'
import {cpt, hcpcs} from './procedure-codes.ts'
import {snomedConcept, snomedDescription} from './snomed-ct.ts'

const systems = [loinc, loincPart, loincAnswer, snomedConcept, snomedDescription, npi, icd10Cm, icd10Pcs, rxNorm, cvx, ndc, hcpcs, cpt]

export const codeSystems: ReadonlyMap<string, CodeSystem> = new Map(systems.map((system) => [system.name, system]))
