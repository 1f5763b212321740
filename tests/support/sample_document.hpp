#ifndef CANVASS_TESTS_SUPPORT_SAMPLE_DOCUMENT_HPP
#define CANVASS_TESTS_SUPPORT_SAMPLE_DOCUMENT_HPP

#include "engine/report/document.hpp"

/// An invented evaluation with every kind of block and chart: what the renderers are looked at and tested with.
/// Nothing in it was measured anywhere.
namespace canvass::test {

report::Document sample_document();

report::MeansChart sample_means();
report::StackedBarsChart sample_stacked_bars();
report::ForestChart sample_forest();
report::TransitionChart sample_transition();
report::FlowChart sample_flow();

} // namespace canvass::test

#endif
