// Plausible ranges of blood counts and coagulation.
import {children, quantity} from './quantity.ts'

/** Blood counts: the same number under several names. */
const perNanolitre = {'10*9/L': 1, '/nL': 1, '10*3/mm3': 1}
const perPicolitre = {'10*12/L': 1, '/pL': 1, '10*6/mm3': 1}

export const haematology = [
  quantity('718-7', 'Haemoglobin', 'g/dL', {
    impossible: [0, 35],
    unlikely: [2, 25],
    stages: children([1.5, 30], [1.5, 25], [1.5, 25], [1.5, 25], [2, 25]),
    from: ['M', 'own'],
    because: 'M ends at 25, R at 18: below newborns and people of great heights; newborns have up to 28',
    otherUnits: {'g/L': 0.1, 'mmol/L': 1.6114},
  }),
  quantity('4544-3 20570-8', 'Haematocrit', '%', {
    impossible: [0, 100],
    unlikely: [7, 75],
    stages: children([5, 90], [5, 75], [5, 75], [5, 75], [7, 75]),
    from: ['M', 'physical', 'own'],
    otherUnits: {'L/L': 100},
  }),
  quantity('6690-2', 'Leucocytes', '10*3/uL', {
    impossible: [0, 2000],
    unlikely: [0, 1000],
    isForAll: true,
    from: ['M', 'own'],
    otherUnits: perNanolitre,
  }),
  quantity('777-3', 'Platelets', '10*3/uL', {
    impossible: [0, 10_000],
    unlikely: [0, 3000],
    isForAll: true,
    from: ['own'],
    because: 'essential thrombocythaemia goes above M (2,000), bleeding people lie below R (5)',
    otherUnits: perNanolitre,
  }),
  quantity('789-8', 'Erythrocytes', '10*6/uL', {
    impossible: [0, 20],
    unlikely: [0.5, 12],
    isForAll: true,
    from: ['R', 'own'],
    otherUnits: perPicolitre,
  }),
  quantity('787-2', 'Mean corpuscular volume', 'fL', {
    impossible: [10, 300],
    unlikely: [40, 170],
    isForAll: true,
    from: ['own'],
    because: 'deficiency lies outside R (50 to 150)',
  }),
  quantity('785-6', 'Mean corpuscular haemoglobin', 'pg', {impossible: [1, 150], unlikely: [8, 70], isForAll: true, from: ['own']}),
  quantity('786-4', 'Mean corpuscular haemoglobin concentration', 'g/dL', {
    impossible: [1, 100],
    unlikely: [15, 50],
    isForAll: true,
    from: ['R', 'own'],
    otherUnits: {'g/L': 0.1},
  }),
  quantity('788-0', 'Erythrocyte distribution width', '%', {
    impossible: [0, 100],
    unlikely: [5, 60],
    isForAll: true,
    from: ['physical', 'own'],
  }),
  quantity('32623-1', 'Mean platelet volume', 'fL', {impossible: [0, 100], unlikely: [2, 40], isForAll: true, from: ['own']}),
  quantity('4537-7', 'Erythrocyte sedimentation rate', 'mm/h', {
    impossible: [0, undefined],
    unlikely: [0, 200],
    isForAll: true,
    from: ['R', 'physical'],
  }),
]

export const coagulation = [
  quantity('34714-6 6301-6', 'INR', '{INR}', {
    impossible: [0, undefined],
    unlikely: [0.4, 30],
    isForAll: true,
    from: ['D', 'own'],
    otherUnits: {'1': 1},
  }),
  quantity('5902-2', 'Prothrombin time', 's', {
    impossible: [0, undefined],
    unlikely: [5, 300],
    isForAll: true,
    from: ['own'],
    because: 'some reagents go below M (9.9)',
  }),
  quantity('14979-9 3173-2', 'Partial thromboplastin time, activated', 's', {
    impossible: [0, undefined],
    unlikely: [10, 400],
    isForAll: true,
    from: ['own'],
    because: 'heparin goes above M (150)',
  }),
  quantity('3255-7', 'Fibrinogen', 'mg/dL', {
    impossible: [0, undefined],
    unlikely: [5, 1500],
    isForAll: true,
    from: ['R', 'own'],
    otherUnits: {'g/L': 100},
  }),
]
