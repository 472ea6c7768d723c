// Molar masses of what laboratories measure, by LOINC code, for conversions between mass and amount of substance (mg/dL and
// mmol/L). The masses are sums of IUPAC's standard atomic weights (2021, abridged) over the formula beside each. Lipids are
// mixtures: the masses given are those by which laboratories convert (cholesterol; triolein for triglycerides). What has no
// fixed formula (proteins, enzymes, hormones without an agreed mass) is not here, and nothing is converted for it.

export interface Analyte {
  readonly name: string
  readonly formula: string
  /** g/mol */
  readonly molarMass: number
  /** Charge of the ion that mEq count, where it is one. */
  readonly valence?: number
  readonly loinc: readonly string[]
}

const analytes: readonly Analyte[] = [
  {
    name: 'glucose',
    formula: 'C6H12O6',
    molarMass: 180.156,
    loinc: ['2345-7', '2339-0', '2340-8', '1558-6', '41653-7', '14749-6', '15074-8', '14771-0'],
  },
  {name: 'creatinine', formula: 'C4H7N3O', molarMass: 113.12, loinc: ['2160-0', '38483-4', '14682-9']},
  {name: 'urea nitrogen', formula: 'N2 of CO(NH2)2', molarMass: 28.014, loinc: ['3094-0', '6299-2', '14937-7']},
  {
    name: 'cholesterol',
    formula: 'C27H46O',
    molarMass: 386.66,
    loinc: ['2093-3', '2085-9', '13457-7', '2089-1', '18262-6', '14647-2', '14646-4'],
  },
  {name: 'triglycerides, as triolein', formula: 'C57H104O6', molarMass: 885.45, loinc: ['2571-8', '14927-8']},
  {name: 'bilirubin', formula: 'C33H36N4O6', molarMass: 584.67, loinc: ['1975-2', '1968-7', '1971-1', '14631-6', '14629-0']},
  {name: 'urate', formula: 'C5H4N4O3', molarMass: 168.11, loinc: ['3084-1', '14933-6']},
  {name: 'calcium', formula: 'Ca', molarMass: 40.078, valence: 2, loinc: ['17861-6', '1995-0', '2000-8']},
  {name: 'magnesium', formula: 'Mg', molarMass: 24.305, valence: 2, loinc: ['19123-9', '2601-3']},
  {name: 'phosphate, as phosphorus', formula: 'P', molarMass: 30.974, loinc: ['2777-1', '14879-1']},
  {name: 'sodium', formula: 'Na', molarMass: 22.99, valence: 1, loinc: ['2951-2', '2947-0']},
  {name: 'potassium', formula: 'K', molarMass: 39.098, valence: 1, loinc: ['2823-3', '6298-4']},
  {name: 'chloride', formula: 'Cl', molarMass: 35.45, valence: 1, loinc: ['2075-0', '2069-3']},
  {name: 'bicarbonate', formula: 'HCO3', molarMass: 61.016, valence: 1, loinc: ['1963-8']},
  {name: 'lactate', formula: 'C3H6O3', molarMass: 90.078, loinc: ['2524-7', '32693-4', '2518-9']},
  {name: 'iron', formula: 'Fe', molarMass: 55.845, loinc: ['2498-4', '14798-3']},
]

/** What a LOINC code measures, where its molar mass is known. */
export function analyteOf(loinc: string): Analyte | undefined {
  return analytes.find((analyte) => analyte.loinc.includes(loinc))
}
