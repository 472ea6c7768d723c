// Every fault that is planted. A kind of rule without one here is listed with the reason; a test holds the list to the registry of rules.
import {encounterFaults} from './encounter-faults.ts'
import type {DeliveryFault, RowFault} from './fault.ts'
import {observationFaults} from './observation-faults.ts'
import {personFaults} from './person-faults.ts'
import {deliveryFaults} from './roster-faults.ts'

export const rowFaults: readonly RowFault[] = [...personFaults, ...encounterFaults, ...observationFaults]
export const faultsOfDeliveries: readonly DeliveryFault[] = deliveryFaults

/** Kinds of rules that no fault is planted for, and why. */
export const withoutFault: ReadonlyMap<string, string> = new Map([
  ['sql', 'says itself what is wrong: test/integration/rule-query.test.ts asks about planted rows'],
])
