import {openEngine} from '../../src/core/engine/index.ts'
import {referenceEngine} from '../support/reference-engine.ts'
import {stepsSuite} from './steps.suite.ts'

stepsSuite('reference', async () => referenceEngine())
stepsSuite('polars', () => openEngine('polars'))
