#ifndef CANVASS_ENGINE_STATS_MULTIPLICITY_HPP
#define CANVASS_ENGINE_STATS_MULTIPLICITY_HPP

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace canvass::stats {

/// none leaves p as it is. holm, hochberg, hommel, bonferroni bound the chance of any false finding; bh (Benjamini-Hochberg) and
/// by (Benjamini-Yekutieli) the share of false ones among the findings.
enum class Adjustment { none, bonferroni, holm, hochberg, hommel, bh, by };
inline constexpr std::array adjustments{Adjustment::none,   Adjustment::bonferroni, Adjustment::holm, Adjustment::hochberg,
                                        Adjustment::hommel, Adjustment::bh,         Adjustment::by};
/// "none", "bonferroni", "holm", "hochberg", "hommel", "bh", "by".
std::string_view name(Adjustment adjustment);
std::optional<Adjustment> adjustment_named(std::string_view text);

/// Adjusted p-values in the order given. NaN stays NaN and is not counted. DomainError on a p outside 0 .. 1.
/// Same as: p.adjust(p, method). Reference: flat_items.json multiplicity.
std::vector<double> adjust_p(std::span<const double> p_values, Adjustment adjustment);

} // namespace canvass::stats

#endif
