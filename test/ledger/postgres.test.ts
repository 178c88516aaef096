import { describeLedger } from '../conformance/ledger.ts'
import { openAt } from '../support/open-ledger.ts'
import { usePostgres } from '../support/postgres.ts'

const postgres = usePostgres()

describeLedger('PostgreSQL', async (now) => openAt(await postgres.emptyLedger(), now))
