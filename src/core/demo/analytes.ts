// What the clinic measures: LOINC codes used as identifiers, our own short names, UCUM units, the decimals an analyser
// reports, and how values spread by person. `plausible` are the widest bounds found in public sources (MIMIC-Extract's
// variable ranges and ricu's concept dictionary), the same as in the observation contract; clean values stay well inside
// `typical`, planted ones leave `plausible`.
import type {Person} from './person.ts'

export interface Analyte {
  readonly code: string
  readonly name: string
  readonly unit: string
  /** Other spellings of the unit that the contract maps to the canonical one. */
  readonly otherSpelling?: string
  readonly decimals: 0 | 1 | 2
  readonly plausible?: {readonly min?: number; readonly max: number}
  /** Clean values are clipped to these. */
  readonly typical: readonly [low: number, high: number]
  readonly deviation: number
  mean(person: Person): number
}

const constant = (value: number) => (): number => value
const isMale = (person: Person): boolean => person.sex === 'male'
const isChild = (person: Person): boolean => person.ageYears < 14

export const vitals: readonly Analyte[] = [
  {
    code: '8480-6',
    name: 'Systolic blood pressure',
    unit: 'mm[Hg]',
    otherSpelling: 'mmHg',
    decimals: 0,
    plausible: {min: 0, max: 375},
    typical: [70, 230],
    deviation: 12,
    mean: (person) =>
      isChild(person) ? 95 + person.ageYears : 112 + person.ageYears * 0.25 + (person.ailments.has('hypertension') ? 16 : 0),
  },
  {
    code: '8462-4',
    name: 'Diastolic blood pressure',
    unit: 'mm[Hg]',
    otherSpelling: 'mmHg',
    decimals: 0,
    plausible: {min: 0, max: 375},
    typical: [38, 130],
    deviation: 8,
    mean: (person) => (isChild(person) ? 60 : 73 + (person.ailments.has('hypertension') ? 10 : 0)),
  },
  {
    code: '8867-4',
    name: 'Heart rate',
    unit: '/min',
    decimals: 0,
    plausible: {min: 0, max: 350},
    typical: [38, 190],
    deviation: 11,
    mean: (person) => (isChild(person) ? 128 - person.ageYears * 4 : 76 + (person.ailments.has('heartFailure') ? 8 : 0)),
  },
  {
    code: '9279-1',
    name: 'Respiratory rate',
    unit: '/min',
    decimals: 0,
    plausible: {min: 0, max: 300},
    typical: [8, 60],
    deviation: 2.5,
    mean: (person) => (isChild(person) ? 32 - person.ageYears : 15.5 + (person.ailments.has('lungDisease') ? 4 : 0)),
  },
  {
    code: '8310-5',
    name: 'Body temperature',
    unit: 'Cel',
    otherSpelling: '°C',
    decimals: 1,
    plausible: {min: 26, max: 45},
    typical: [34.5, 41],
    deviation: 0.45,
    mean: constant(36.9),
  },
  {
    code: '59408-5',
    name: 'Oxygen saturation by pulse oximetry',
    unit: '%',
    decimals: 0,
    plausible: {min: 0, max: 100},
    typical: [78, 100],
    deviation: 1.3,
    mean: (person) => (person.ailments.has('lungDisease') ? 93 : 97.2),
  },
  {
    code: '29463-7',
    name: 'Body weight',
    unit: 'kg',
    decimals: 1,
    plausible: {min: 0, max: 500},
    typical: [2.4, 190],
    deviation: 0.7,
    mean: (person) => person.weightKg,
  },
  {
    code: '8302-2',
    name: 'Body height',
    unit: 'cm',
    decimals: 1,
    plausible: {min: 0, max: 240},
    typical: [45, 205],
    deviation: 0.3,
    mean: (person) => person.heightCm,
  },
]

const metabolic: readonly Analyte[] = [
  {
    code: '2345-7',
    name: 'Glucose [Mass/volume] in serum or plasma',
    unit: 'mg/dL',
    otherSpelling: 'mg/dl',
    decimals: 0,
    plausible: {min: 0, max: 2000},
    typical: [42, 600],
    deviation: 14,
    mean: (person) => (person.ailments.has('diabetes') ? 168 : 97),
  },
  lab('2951-2', 'Sodium in serum or plasma', 'mmol/L', 0, {min: 50, max: 225}, [118, 158], 139.5, 2.6),
  lab('2823-3', 'Potassium in serum or plasma', 'mmol/L', 1, {min: 0, max: 12}, [2.4, 7.2], 4.2, 0.38),
  lab('2075-0', 'Chloride in serum or plasma', 'mmol/L', 0, {min: 50, max: 175}, [84, 122], 103, 2.8),
  lab('1963-8', 'Bicarbonate in serum or plasma', 'mmol/L', 0, {min: 0, max: 60}, [12, 42], 24.8, 2.1),
  {
    code: '2160-0',
    name: 'Creatinine in serum or plasma',
    unit: 'mg/dL',
    otherSpelling: 'mg/dl',
    decimals: 2,
    plausible: {min: 0, max: 60},
    typical: [0.2, 11],
    deviation: 0.14,
    mean: (person) => (isChild(person) ? 0.5 : isMale(person) ? 0.98 : 0.8) + (person.ailments.has('kidneyDisease') ? 1.3 : 0),
  },
  lab('3094-0', 'Urea nitrogen in serum or plasma', 'mg/dL', 0, {min: 0, max: 250}, [3, 120], 15.5, 4),
  lab('17861-6', 'Calcium in serum or plasma', 'mg/dL', 1, {min: 4, max: 20}, [6.2, 14], 9.4, 0.42),
]

const bloodCount: readonly Analyte[] = [
  lab('6690-2', 'Leukocytes in blood, automated count', '10*3/uL', 1, {min: 0, max: 1000}, [1.2, 40], 7.3, 1.9),
  lab('789-8', 'Erythrocytes in blood, automated count', '10*6/uL', 2, {min: 0, max: 20}, [2.2, 7.2], 4.7, 0.4),
  {
    code: '718-7',
    name: 'Haemoglobin in blood',
    unit: 'g/dL',
    otherSpelling: 'g/dl',
    decimals: 1,
    plausible: {min: 0, max: 25},
    typical: [5.5, 19.5],
    deviation: 1,
    mean: (person) => (isMale(person) ? 14.9 : 13.5) - (person.ailments.has('anaemia') ? 3.4 : 0),
  },
  {
    code: '4544-3',
    name: 'Haematocrit of blood, automated count',
    unit: '%',
    decimals: 1,
    plausible: {min: 0, max: 75},
    typical: [18, 58],
    deviation: 2.8,
    mean: (person) => (isMale(person) ? 44.5 : 40.5) - (person.ailments.has('anaemia') ? 10 : 0),
  },
  lab('777-3', 'Platelets in blood, automated count', '10*3/uL', 0, {min: 0, max: 2000}, [18, 880], 252, 62),
  lab('787-2', 'Mean corpuscular volume, automated count', 'fL', 0, {min: 50, max: 150}, [62, 122], 90, 5),
]

const liver: readonly Analyte[] = [
  lab('1742-6', 'Alanine aminotransferase in serum or plasma', 'U/L', 0, {min: 0, max: 10_000}, [5, 900], 26, 9),
  lab('1920-8', 'Aspartate aminotransferase in serum or plasma', 'U/L', 0, {min: 0, max: 20_000}, [8, 900], 25, 7),
  lab('6768-6', 'Alkaline phosphatase in serum or plasma', 'U/L', 0, {min: 0, max: 3625}, [28, 800], 78, 21),
  lab('1975-2', 'Bilirubin, total, in serum or plasma', 'mg/dL', 1, {min: 0, max: 100}, [0.1, 22], 0.7, 0.25),
  lab('1751-7', 'Albumin in serum or plasma', 'g/dL', 1, {min: 0, max: 6}, [1.6, 5.4], 4.2, 0.35),
]

const lipids: readonly Analyte[] = [
  {
    code: '2093-3',
    name: 'Cholesterol in serum or plasma',
    unit: 'mg/dL',
    otherSpelling: 'mg/dl',
    decimals: 0,
    plausible: {min: 32, max: 600},
    typical: [82, 420],
    deviation: 30,
    mean: (person) => (person.ailments.has('highCholesterol') ? 236 : 186),
  },
  lab('2085-9', 'Cholesterol in HDL', 'mg/dL', 0, undefined, [18, 110], 52, 11),
  lab('2571-8', 'Triglyceride in serum or plasma', 'mg/dL', 0, undefined, [35, 900], 128, 42),
]

const single: readonly (readonly [Analyte, ...Analyte[]])[] = [
  [
    {
      code: '4548-4',
      name: 'Haemoglobin A1c, share of total haemoglobin',
      unit: '%',
      decimals: 1,
      typical: [4.1, 14.5],
      deviation: 0.5,
      mean: (person) => (person.ailments.has('diabetes') ? 7.6 : 5.4),
    },
  ],
  [lab('1988-5', 'C reactive protein in serum or plasma', 'mg/L', 1, undefined, [0.2, 320], 4.2, 2)],
  [
    lab('34714-6', 'INR in blood by coagulation assay', '{INR}', 1, undefined, [0.8, 6], 1.1, 0.14),
    lab('5902-2', 'Prothrombin time', 's', 1, {min: 0, max: 97.1}, [9.9, 60], 12.4, 0.9),
  ],
  [lab('2524-7', 'Lactate in serum or plasma', 'mmol/L', 1, {min: 0, max: 50}, [0.4, 14], 1.4, 0.5)],
]

/** Groups of laboratory tests that are ordered together. */
export const panels: readonly [readonly Analyte[], ...(readonly Analyte[])[]] = [metabolic, bloodCount, liver, lipids, ...single]

/** Everything measured, by LOINC code. */
export function analyteByCode(code: string): Analyte | undefined {
  return [...vitals, ...panels.flat()].find((analyte) => analyte.code === code)
}

function lab(
  code: string,
  name: string,
  unit: string,
  decimals: 0 | 1 | 2,
  plausible: Analyte['plausible'],
  typical: Analyte['typical'],
  mean: number,
  deviation: number,
): Analyte {
  return {code, name, unit, decimals, ...(plausible ? {plausible} : {}), typical, deviation, mean: constant(mean)}
}
