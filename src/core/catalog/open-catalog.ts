// The door to the catalog: afterwards the schema `hippo` is there and is the one this hippo knows.
import type {Database} from '../postgres/database.ts'
import {migrate} from '../postgres/migrate.ts'

/** Migrates when needed (one small query when not). CATALOG_NEWER when a newer hippo wrote it. */
export async function openCatalog(db: Database): Promise<void> {
  await migrate(db, {schema: 'hippo', folder: new URL('./migrations/', import.meta.url)})
}
