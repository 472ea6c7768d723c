// The keys ODCS allows, v3.0.0 to v3.2.0 together, and the extensions hippo knows. ODCS refuses other keys; so do we.
import {countOperators} from '../rules/row-count.ts'

const element = [
  'id',
  'name',
  'physicalType',
  'description',
  'businessName',
  'authoritativeDefinitions',
  'tags',
  'customProperties',
] as const
/** Additions of v3.2.0 to schema elements. */
const element32 = ['synonyms', 'context', 'deprecated'] as const

export const contractKeys = [
  'version',
  'kind',
  'apiVersion',
  'id',
  'name',
  'tenant',
  'tags',
  'status',
  'servers',
  'dataProduct',
  'description',
  'domain',
  'schema',
  'support',
  'price',
  'team',
  'roles',
  'slaDefaultElement',
  'slaProperties',
  'authoritativeDefinitions',
  'customProperties',
  'contractCreatedTs',
  'context',
]

export const objectKeys = [
  ...element,
  ...element32,
  'logicalType',
  'physicalName',
  'dataGranularityDescription',
  'properties',
  'relationships',
  'quality',
]

export const propertyKeys = [
  ...element,
  ...element32,
  'semanticType',
  'enum',
  'primaryKey',
  'primaryKeyPosition',
  'logicalType',
  'logicalTypeOptions',
  'physicalName',
  'required',
  'unique',
  'partitioned',
  'partitionKeyPosition',
  'classification',
  'encryptedName',
  'transformSourceObjects',
  'transformLogic',
  'transformDescription',
  'examples',
  'criticalDataElement',
  'relationships',
  'quality',
  'items',
  'properties',
]

const bounds = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const
const temporal = [...bounds, 'format', 'timezone', 'defaultTimezone']

/** `logicalTypeOptions` by logical type. */
export const typeOptionKeys: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  integer: [...bounds, 'multipleOf', 'format'],
  number: [...bounds, 'multipleOf', 'format'],
  date: [...bounds, 'format'],
  timestamp: temporal,
  time: temporal,
  boolean: [],
}

export const qualityKeys = [
  'id',
  'authoritativeDefinitions',
  'businessImpact',
  'customProperties',
  'description',
  'dimension',
  'method',
  'name',
  'schedule',
  'scheduler',
  'severity',
  'tags',
  'type',
  'unit',
  'metric',
  'rule',
  'arguments',
  'validValues',
  'query',
  'engine',
  'implementation',
  'context',
  ...countOperators,
]

export const relationshipKeys = ['id', 'type', 'from', 'to', 'customProperties']
export const customPropertyKeys = ['id', 'property', 'value', 'description', 'vendor']
export const slaKeys = [
  'id',
  'property',
  'value',
  'valueExt',
  'unit',
  'element',
  'driver',
  'description',
  'scheduler',
  'schedule',
  'customProperties',
]

/** Extensions by the place where they may stand. */
export const objectExtensions = [
  'hippoSource',
  'hippoWriteMode',
  'hippoMaxQuarantinePercent',
  'hippoIncompleteFile',
  'hippoMaterialization',
  'hippoCompatibility',
  'hippoHistory',
  'hippoDataSubject',
  'hippoLegalHold',
  'hippoNoPersonData',
  'hippoQuarantineRetentionDays',
  'hippoConstraints',
  'hippoChangeDataFeed',
  'hippoClusterBy',
  'hippoExamples',
]
export const propertyExtensions = [
  'hippoTransform',
  'hippoFormats',
  'hippoOnFailure',
  'hippoPhiCategory',
  'hippoTimestampOffset',
  'hippoNumberFormat',
  'hippoDeidentify',
]
export const qualityExtensions = ['hippoOnFailure', 'hippoKahn', 'hippoRatchetRuns', 'hippoOff', 'hippoWaiver']

/** The 18 identifiers of HIPAA's Safe Harbor, 45 CFR 164.514(b)(2), in its order (A to R). */
export const phiCategories = [
  'name',
  'geography',
  'date',
  'telephone',
  'fax',
  'email',
  'social-security-number',
  'medical-record-number',
  'health-plan-number',
  'account-number',
  'licence-number',
  'vehicle-identifier',
  'device-identifier',
  'url',
  'ip-address',
  'biometric',
  'photo',
  'other-unique-code',
]
