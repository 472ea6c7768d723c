// oclif's help pages with our descriptions of topics. The root page is in tasks.ts.
import {Help, type Interfaces} from '@oclif/core'
import {topics} from './tasks.ts'

export class HippoHelp extends Help {
  override async showTopicHelp(topic: Interfaces.Topic): Promise<void> {
    await super.showTopicHelp({...topic, description: topics[topic.name] ?? topic.description ?? ''})
  }
}
