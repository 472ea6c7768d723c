import {referenceEngine} from '../support/reference-engine.ts'
import {engineSuite} from './engine.suite.ts'

engineSuite('reference', async () => referenceEngine())
