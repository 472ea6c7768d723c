// Plausible ranges of common vital signs and laboratory results. How the bounds were taken from their sources, and what the
// tiers mean, is in docs/clinical-pack.md. No clinician has signed them yet.
import type {Bounds, BoundsSource, PlausibleRange, RangePack} from './plausible-range.ts'

/** Blood counts: the same number under several names. */
const perNanolitre = {'10*9/L': 1, '/nL': 1, '10*3/mm3': 1}
const perPicolitre = {'10*12/L': 1, '/pL': 1, '10*6/mm3': 1}
const perLitre = {'mmol/L': 1, 'meq/L': 1}

interface Facts {
  readonly impossible?: Bounds
  readonly unlikely?: Bounds
  readonly from: readonly BoundsSource[]
  readonly because?: string
  readonly otherUnits?: Readonly<Record<string, number>>
}

const none: Bounds = [undefined, undefined]

function of(
  codes: string,
  title: string,
  unit: string,
  {impossible = none, unlikely = none, from, because, otherUnits}: Facts,
): PlausibleRange {
  const own = because === undefined ? {} : {because}
  const others = otherUnits === undefined ? {} : {otherUnits: withoutKey(otherUnits, unit)}
  return {codes: codes.split(' '), title, unit, impossible, unlikely, sources: from, ...own, ...others}
}

const withoutKey = (units: Readonly<Record<string, number>>, key: string): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(units).filter(([unit]) => unit !== key))

const vitals = [
  of('8480-6', 'Systolic blood pressure', 'mm[Hg]', {
    impossible: [0, 375],
    unlikely: [30, 300],
    from: ['M', 'R', 'own'],
    otherUnits: {kPa: 7.50062},
  }),
  of('8462-4', 'Diastolic blood pressure', 'mm[Hg]', {
    impossible: [0, 375],
    unlikely: [10, 200],
    from: ['M', 'R', 'own'],
    otherUnits: {kPa: 7.50062},
  }),
  of('8478-0', 'Mean blood pressure', 'mm[Hg]', {impossible: [0, 330], unlikely: [14, 250], from: ['M', 'R'], otherUnits: {kPa: 7.50062}}),
  of('8867-4', 'Heart rate', '/min', {impossible: [0, 350], unlikely: [20, 300], from: ['M', 'R', 'own'], otherUnits: {'{beats}/min': 1}}),
  of('9279-1', 'Respiratory rate', '/min', {
    impossible: [0, 300],
    unlikely: [3, 120],
    from: ['M', 'R', 'own'],
    otherUnits: {'{breaths}/min': 1},
  }),
  of('8310-5', 'Body temperature', 'Cel', {
    impossible: [10, 47],
    unlikely: [32, 42],
    from: ['R', 'own'],
    because: 'people were cooled below 20 on purpose, and survived 12 by accident and 46.5 in fever: M (26 to 45) calls that impossible',
  }),
  of('59408-5 2708-6', 'Oxygen saturation', '%', {impossible: [0, 100], unlikely: [50, 100], from: ['M', 'R', 'physical']}),
  of('3150-0 3151-8', 'Inspired oxygen', '%', {
    impossible: [14, 100],
    unlikely: [21, 100],
    from: ['M', 'R', 'own'],
    because: 'newborns with one ventricle are given less oxygen than air holds',
  }),
  of('8302-2', 'Body height', 'cm', {
    impossible: [10, 275],
    unlikely: [50, 244],
    from: ['R', 'G', 'own'],
    because: 'the tallest person on record had 272 cm, more than M (240) and G (244) allow',
    otherUnits: {m: 100, '[in_i]': 2.54},
  }),
  of('29463-7 3141-9', 'Body weight', 'kg', {
    impossible: [0.1, 650],
    unlikely: [20, 500],
    from: ['R', 'G', 'own'],
    because: 'the heaviest person on record had 635 kg, more than M (250) and R (500) allow; the lightest surviving newborn 0.2 kg',
    otherUnits: {g: 0.001, '[lb_av]': 0.45359237},
  }),
  of('39156-5', 'Body mass index', 'kg/m2', {
    impossible: [2, 250],
    unlikely: [10, 100],
    from: ['D', 'own'],
    because: 'D starts at 16, and people of 11 live',
  }),
  of('9843-4', 'Head circumference', 'cm', {impossible: [10, 100], from: ['own']}),
  of('9269-2', 'Glasgow coma score', '{score}', {impossible: [3, 15], from: ['M', 'R', 'physical'], otherUnits: {'1': 1}}),
  of('72514-3', 'Pain severity, verbal', '{score}', {impossible: [0, 10], from: ['physical'], otherUnits: {'1': 1}}),
  of('59576-9 77606-2 8289-1', 'Percentile of growth', '%', {impossible: [0, 100], from: ['physical']}),
]

const chemistry = [
  of('2345-7 2339-0', 'Glucose', 'mg/dL', {
    impossible: [0, 3000],
    unlikely: [20, 1000],
    from: ['R', 'own'],
    because: '2,656 mg/dL was survived, more than M (2,000) allows; 20 to 33 is deep hypoglycaemia, not a mistake',
    otherUnits: {'mmol/L': 18.016},
  }),
  of('4548-4', 'Haemoglobin A1c', '%', {
    impossible: [0, 100],
    unlikely: [3, 20],
    from: ['physical', 'own'],
    because: 'D (4 to 15) leaves out ill people',
  }),
  of('2951-2 2947-0', 'Sodium', 'mmol/L', {
    impossible: [50, 260],
    unlikely: [105, 180],
    from: ['M', 'own'],
    because: '255 was reported after salt poisoning, above M (225)',
    otherUnits: perLitre,
  }),
  of('2823-3 6298-4', 'Potassium', 'mmol/L', {
    impossible: [0, 20],
    unlikely: [1.5, 10],
    from: ['R', 'own'],
    because: 'samples of ruined cells hold more than M (12) allows',
    otherUnits: perLitre,
  }),
  of('2075-0 2069-3', 'Chloride', 'mmol/L', {
    impossible: [20, 200],
    unlikely: [60, 150],
    from: ['own'],
    because: 'severe alkalosis and poisoning lie outside R (80 to 130) and M (50 to 175)',
    otherUnits: perLitre,
  }),
  of('1963-8 2028-9 20565-8 1960-4 14627-4 2027-1', 'Bicarbonate or total carbon dioxide', 'mmol/L', {
    impossible: [0, 80],
    unlikely: [2, 60],
    from: ['M', 'own'],
    because: 'ketoacidosis goes below R (5)',
    otherUnits: perLitre,
  }),
  of('2160-0 38483-4', 'Creatinine', 'mg/dL', {
    impossible: [0, 100],
    unlikely: [0.1, 30],
    from: ['M', 'own'],
    because: 'untreated kidney failure goes above R (15), once above M (60)',
    otherUnits: {'umol/L': 1 / 88.42},
  }),
  of('3094-0 6299-2', 'Urea nitrogen', 'mg/dL', {
    impossible: [0, 500],
    unlikely: [1, 250],
    from: ['M', 'own'],
    because: 'untreated kidney failure goes above R (200)',
    otherUnits: {'mmol/L': 2.8013},
  }),
  of('33914-3', 'Glomerular filtration rate, estimated', 'mL/min/{1.73_m2}', {
    impossible: [0, 500],
    unlikely: [1, 250],
    from: ['own'],
    otherUnits: {'mL/min': 1},
  }),
  of('17861-6 49765-1', 'Calcium', 'mg/dL', {impossible: [0, 50], unlikely: [4, 20], from: ['R', 'own'], otherUnits: {'mmol/L': 4.0078}}),
  of('1995-0', 'Calcium, ionised', 'mmol/L', {
    impossible: [0, 10],
    unlikely: [0.4, 2.5],
    from: ['own'],
    because: 'transfusion and cancer lie outside R (0.5 to 2)',
    otherUnits: {'mg/dL': 1 / 4.0078},
  }),
  of('19123-9 21377-7', 'Magnesium', 'mg/dL', {
    impossible: [0, 30],
    unlikely: [0.3, 12],
    from: ['own'],
    because: 'it is given on purpose in pre-eclampsia, above R (5)',
    otherUnits: {'mmol/L': 2.4305},
  }),
  of('2777-1', 'Phosphate', 'mg/dL', {
    impossible: [0, 60],
    unlikely: [0.3, 25],
    from: ['own'],
    because: 'refeeding goes below M (0.5), lysis of tumours above it (20)',
    otherUnits: {'mmol/L': 3.0974},
  }),
  of('1751-7', 'Albumin', 'g/dL', {impossible: [0, 12], unlikely: [0.6, 7], from: ['M', 'own'], otherUnits: {'g/L': 0.1}}),
  of('2885-2', 'Protein', 'g/dL', {
    impossible: [0, 25],
    unlikely: [2, 15],
    from: ['D', 'own'],
    because: 'D starts at 6, where many ill people are',
    otherUnits: {'g/L': 0.1},
  }),
  of('1975-2', 'Bilirubin, total', 'mg/dL', {
    impossible: [0, 100],
    unlikely: [0, 60],
    from: ['M', 'R'],
    otherUnits: {'umol/L': 1 / 17.104},
  }),
  of('1742-6', 'Alanine aminotransferase', 'U/L', {
    impossible: [0, undefined],
    unlikely: [1, 20_000],
    from: ['R', 'own'],
    because: 'poisoned livers go above M (10,000)',
    otherUnits: {'[IU]/L': 1},
  }),
  of('1920-8', 'Aspartate aminotransferase', 'U/L', {
    impossible: [0, undefined],
    unlikely: [1, 30_000],
    from: ['R', 'own'],
    because: 'poisoned livers go above M (20,000)',
    otherUnits: {'[IU]/L': 1},
  }),
  of('6768-6', 'Alkaline phosphatase', 'U/L', {
    impossible: [0, undefined],
    unlikely: [3, 5000],
    from: ['R', 'own'],
    because: 'bone disease goes above M (3,625), the inborn lack below it (20)',
    otherUnits: {'[IU]/L': 1},
  }),
  of('2532-0', 'Lactate dehydrogenase', 'U/L', {
    impossible: [0, undefined],
    unlikely: [20, 33_000],
    from: ['M', 'physical', 'own'],
    otherUnits: {'[IU]/L': 1},
  }),
  of('2524-7', 'Lactate', 'mmol/L', {impossible: [0, 50], unlikely: [0.1, 40], from: ['R', 'own'], otherUnits: {'mg/dL': 1 / 9.008}}),
  of('2093-3', 'Cholesterol', 'mg/dL', {
    impossible: [0, 3000],
    unlikely: [20, 1200],
    from: ['own'],
    because: 'inherited disease lies outside M (32 to 600)',
    otherUnits: {'mmol/L': 38.67},
  }),
  of('2085-9', 'Cholesterol in HDL', 'mg/dL', {impossible: [0, 500], unlikely: [2, 200], from: ['own'], otherUnits: {'mmol/L': 38.67}}),
  of('13457-7 18262-6 2089-1', 'Cholesterol in LDL', 'mg/dL', {
    unlikely: [0, 1000],
    from: ['own'],
    because: 'what is calculated can fall below nothing when triglycerides are high; drugs go below D (45)',
    otherUnits: {'mmol/L': 38.67},
  }),
  of('2571-8', 'Triglyceride', 'mg/dL', {
    impossible: [0, 30_000],
    unlikely: [10, 10_000],
    from: ['own'],
    because: 'D (40 to 1,000) leaves out healthy and ill people',
    otherUnits: {'mmol/L': 88.57},
  }),
  of('3084-1', 'Urate', 'mg/dL', {impossible: [0, 100], unlikely: [0.1, 40], from: ['own'], otherUnits: {'umol/L': 1 / 59.48}}),
  of('1988-5', 'C reactive protein', 'mg/L', {
    impossible: [0, undefined],
    unlikely: [0, 1000],
    from: ['R', 'own'],
    otherUnits: {'mg/dL': 10},
  }),
  of('3016-3', 'Thyrotropin', 'm[IU]/L', {
    impossible: [0, undefined],
    unlikely: [0, 1000],
    from: ['physical', 'own'],
    otherUnits: {'u[IU]/mL': 1},
  }),
  of('2276-4', 'Ferritin', 'ng/mL', {impossible: [0, undefined], from: ['physical'], otherUnits: {'ug/L': 1}}),
  of('2498-4', 'Iron', 'ug/dL', {
    impossible: [0, undefined],
    unlikely: [1, 2000],
    from: ['physical', 'own'],
    otherUnits: {'umol/L': 5.5845},
  }),
  of('2502-3', 'Iron saturation', '%', {
    impossible: [0, undefined],
    unlikely: [0, 120],
    from: ['physical', 'own'],
    because: 'a quotient of two measurements can lie above 100',
  }),
  of('10839-9', 'Troponin I', 'ng/mL', {impossible: [0, undefined], from: ['R'], otherUnits: {'ug/L': 1, 'ng/L': 0.001, 'pg/mL': 0.001}}),
  of('6598-7', 'Troponin T', 'ng/mL', {impossible: [0, undefined], from: ['R'], otherUnits: {'ug/L': 1, 'ng/L': 0.001, 'pg/mL': 0.001}}),
  of('33762-6', 'NT-proBNP', 'pg/mL', {impossible: [0, undefined], from: ['physical'], otherUnits: {'ng/L': 1}}),
]

const bloodGases = [
  of('2744-1 2746-6', 'pH of blood', '[pH]', {
    impossible: [6.3, 8.4],
    unlikely: [6.5, 8],
    from: ['M', 'R', 'own'],
    because: 'the drowned and the resuscitated lie below R (6.8)',
  }),
  of('2019-8 2021-4', 'Partial pressure of carbon dioxide', 'mm[Hg]', {
    impossible: [0, 760],
    unlikely: [5, 250],
    from: ['physical', 'own'],
    because: 'status asthmaticus goes above M (200)',
    otherUnits: {kPa: 7.50062},
  }),
  of('2703-7', 'Partial pressure of oxygen, arterial', 'mm[Hg]', {
    impossible: [0, 2500],
    unlikely: [15, 760],
    from: ['physical', 'own'],
    because: 'climbers had 19, below M (32) and R (40); in a pressure chamber it goes above an atmosphere',
    otherUnits: {kPa: 7.50062},
  }),
]

const haematology = [
  of('718-7', 'Haemoglobin', 'g/dL', {
    impossible: [0, 35],
    unlikely: [2, 25],
    from: ['M', 'own'],
    because: 'M ends at 25, R at 18: below newborns and people of great heights',
    otherUnits: {'g/L': 0.1, 'mmol/L': 1.6114},
  }),
  of('4544-3 20570-8', 'Haematocrit', '%', {
    impossible: [0, 100],
    unlikely: [7, 75],
    from: ['M', 'physical', 'own'],
    otherUnits: {'L/L': 100},
  }),
  of('6690-2', 'Leucocytes', '10*3/uL', {impossible: [0, 2000], unlikely: [0, 1000], from: ['M', 'own'], otherUnits: perNanolitre}),
  of('777-3', 'Platelets', '10*3/uL', {
    impossible: [0, 10_000],
    unlikely: [0, 3000],
    from: ['own'],
    because: 'essential thrombocythaemia goes above M (2,000), bleeding people lie below R (5)',
    otherUnits: perNanolitre,
  }),
  of('789-8', 'Erythrocytes', '10*6/uL', {impossible: [0, 20], unlikely: [0.5, 12], from: ['R', 'own'], otherUnits: perPicolitre}),
  of('787-2', 'Mean corpuscular volume', 'fL', {
    impossible: [10, 300],
    unlikely: [40, 170],
    from: ['own'],
    because: 'deficiency lies outside R (50 to 150)',
  }),
  of('785-6', 'Mean corpuscular haemoglobin', 'pg', {impossible: [1, 150], unlikely: [8, 70], from: ['own']}),
  of('786-4', 'Mean corpuscular haemoglobin concentration', 'g/dL', {
    impossible: [1, 100],
    unlikely: [15, 50],
    from: ['R', 'own'],
    otherUnits: {'g/L': 0.1},
  }),
  of('788-0', 'Erythrocyte distribution width', '%', {impossible: [0, 100], unlikely: [5, 60], from: ['physical', 'own']}),
  of('32623-1', 'Mean platelet volume', 'fL', {impossible: [0, 100], unlikely: [2, 40], from: ['own']}),
  of('4537-7', 'Erythrocyte sedimentation rate', 'mm/h', {impossible: [0, undefined], unlikely: [0, 200], from: ['R', 'physical']}),
]

const coagulation = [
  of('34714-6 6301-6', 'INR', '{INR}', {impossible: [0, undefined], unlikely: [0.4, 30], from: ['D', 'own'], otherUnits: {'1': 1}}),
  of('5902-2', 'Prothrombin time', 's', {
    impossible: [0, undefined],
    unlikely: [5, 300],
    from: ['own'],
    because: 'some reagents go below M (9.9)',
  }),
  of('14979-9 3173-2', 'Partial thromboplastin time, activated', 's', {
    impossible: [0, undefined],
    unlikely: [10, 400],
    from: ['own'],
    because: 'heparin goes above M (150)',
  }),
  of('3255-7', 'Fibrinogen', 'mg/dL', {impossible: [0, undefined], unlikely: [5, 1500], from: ['R', 'own'], otherUnits: {'g/L': 100}}),
]

export const vitalsAndLabs: RangePack = {
  name: 'vitals-and-labs',
  version: '2026.11',
  ranges: [...vitals, ...chemistry, ...bloodGases, ...haematology, ...coagulation],
}
