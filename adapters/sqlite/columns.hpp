// How values become columns of the SQLite store: as in every store.
#pragma once

#include "adapters/soci/columns.hpp"

namespace reglament::sqlite {

using sql::from_date;
using sql::from_digest;
using sql::from_instant;
using sql::from_share;
using sql::from_unsigned;
using sql::to_date;
using sql::to_digest;
using sql::to_instant;

}  // namespace reglament::sqlite
