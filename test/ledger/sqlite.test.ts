import { describeLedger } from '../conformance/ledger.ts'
import { openSqliteLedger } from '../support/open-ledger.ts'

describeLedger('SQLite', openSqliteLedger)
