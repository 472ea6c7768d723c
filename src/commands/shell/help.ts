// oclif's help pages with our descriptions of topics. The root page is in tasks.ts.
import {Help} from '@oclif/core/help'
import type {Topic} from '@oclif/core/interfaces'
import {topics} from './tasks.ts'

export class HippoHelp extends Help {
  override async showTopicHelp(topic: Topic): Promise<void> {
    await super.showTopicHelp({...topic, description: topics[topic.name] ?? topic.description ?? ''})
  }
}
