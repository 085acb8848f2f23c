// The demo: two weeks of applications over the whole country, on the virtual clock, until every
// case is closed; and what the database says about it afterwards.
#pragma once

#include "deploy/demo/progress.hpp"
#include "deploy/demo/scenario.hpp"
#include "deploy/demo/staff.hpp"
#include "deploy/demo/summary.hpp"
#include "deploy/program/engine_port.hpp"

namespace reglament::demo {

// `reader` reads the database that `engine` works on; its clock stands at the start of the
// scenario. The staff has gone when this returns.
void run(program::EnginePort& engine, StoreReader& reader, const Country& country,
         const Scenario& scenario, Staff& staff, Progress& progress);

[[nodiscard]] Summary summarize(StoreReader& reader, const Country& country, std::uint64_t seed);

}  // namespace reglament::demo
