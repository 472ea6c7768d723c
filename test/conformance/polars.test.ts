import {openEngine} from '../../src/core/engine/index.ts'
import {engineSuite} from './engine.suite.ts'

engineSuite('polars', () => openEngine('polars'))
