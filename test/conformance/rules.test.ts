import {openEngine} from '../../src/core/engine/index.ts'
import {referenceEngine} from '../support/reference-engine.ts'
import {rulesSuite} from './rules.suite.ts'

rulesSuite('reference', async () => referenceEngine())
rulesSuite('polars', () => openEngine('polars'))
