import {referenceEngine} from '../support/reference-engine.ts'
import {rulesSuite} from './rules.suite.ts'

rulesSuite('reference', async () => referenceEngine())
