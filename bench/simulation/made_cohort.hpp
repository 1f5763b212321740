#ifndef CANVASS_BENCH_SIMULATION_MADE_COHORT_HPP
#define CANVASS_BENCH_SIMULATION_MADE_COHORT_HPP

#include "engine/core/random.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/matrix.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

/// Cohorts whose truth is known: the simulation study and the test of the rates of verdicts draw from here.
namespace canvass::simulation {

inline constexpr std::size_t waves = 3;

enum class Leaving {
  nobody,
  by_earlier_score, ///< low at the wave before: missing at random
  by_own_change     ///< treated only, by the change that is then not seen: not missing at random
};

/// What is true. An answer is a latent normal variable of variance 1, cut at thresholds; a score is the mean of the items.
struct Truth {
  std::size_t treated = 40, control = 33, items = 20;
  double person_sd = 0.45;                           ///< of the person, in every item and wave
  double item_correlation = 0.15;                    ///< of the errors of a person's items within a wave
  double stability = 0.6;                            ///< of an error from one wave to the next
  std::array<double, waves> secular{0, -0.10, 0.15}; ///< latent shift of everybody
  double effect = 0;        ///< treated against control on the change T1 to T3, in raw points of the mean of the affected items
  std::size_t affected = 0; ///< the first so many items; 0 = all
  double effect_sd = 0;     ///< between people, of the latent effect
  double course_icc = 0;    ///< treated: share of the variance of latent change that lies between courses
  std::size_t course_size = 10;
  Leaving leaving = Leaving::by_earlier_score;
};

/// Answers 1..5, 0 = did not answer.
struct Cohort {
  std::size_t people = 0, items = 0;
  std::vector<std::size_t> arm;      ///< 0 control, 1 treated; control first
  std::vector<std::size_t> course;   ///< of the treated; each control is a course alone
  std::vector<std::uint8_t> answers; ///< people x waves x items
  stats::Matrix scores;              ///< people x waves, NaN = did not answer

  [[nodiscard]] std::uint8_t answer(std::size_t person, std::size_t wave, std::size_t item) const {
    return answers[(person * waves + wave) * items + item];
  }
};

/// Draws cohorts of one truth. The latent shift that gives the wanted effect in raw points is found once.
class Maker {
public:
  explicit Maker(const Truth& truth) : truth_(truth) {
    constexpr std::array shares = {0.04, 0.12, 0.26, 0.42, 0.16}; // most agree with most statements
    double below = 0;
    for (std::size_t k = 0; k < thresholds_.size(); ++k) {
      below += shares[k];
      thresholds_[k] = stats::normal_quantile(below);
    }
    for (std::size_t item = 0; item < truth.items; ++item) {
      const double place = truth.items > 1 ? static_cast<double>(item) / static_cast<double>(truth.items - 1) - 0.5 : 0;
      difficulty_.push_back(0.8 * place);
    }
    error_sd_ = std::sqrt(1 - truth.person_sd * truth.person_sd);
    const double shared = truth.item_correlation + (1 - truth.item_correlation) / static_cast<double>(truth.items);
    const double carried = truth.stability * truth.stability;
    const double change = 2 * error_sd_ * error_sd_ * shared * (1 - carried);
    course_sd_ = std::sqrt(truth.course_icc / (1 - truth.course_icc) * (change + truth.effect_sd * truth.effect_sd));
    shift_ = shift_for(truth.effect);
    score_mean_ = mean_answer(0, 0, 1);
    score_sd_ = std::sqrt(truth.person_sd * truth.person_sd + error_sd_ * error_sd_ * shared);
    change_sd_ = std::sqrt(change);
  }

  [[nodiscard]] Cohort draw(RandomStream stream) const {
    Cohort cohort;
    cohort.items = truth_.items;
    cohort.people = truth_.control + truth_.treated;
    cohort.answers.resize(cohort.people * waves * cohort.items);
    cohort.scores = stats::Matrix(cohort.people, waves, std::numeric_limits<double>::quiet_NaN());
    std::vector<double> course_effects;
    for (std::size_t at = 0; at < truth_.treated; at += truth_.course_size) {
      course_effects.push_back(course_sd_ * stream.normal());
    }
    std::vector<double> errors(cohort.items);
    for (std::size_t person = 0; person < cohort.people; ++person) {
      const bool treated = person >= truth_.control;
      cohort.arm.push_back(treated ? 1 : 0);
      const std::size_t course = treated ? (person - truth_.control) / truth_.course_size : course_effects.size() + person;
      cohort.course.push_back(course);
      draw_person(cohort, person, treated ? course_effects[course] : 0, errors, stream);
    }
    return cohort;
  }

private:
  /// Expected mean answer of the items `first` .. at a latent shift, for people whose latent answer has this variance.
  [[nodiscard]] double mean_answer(double shift, std::size_t affected, double variance) const {
    const std::size_t count = affected == 0 ? truth_.items : affected;
    double sum = 0;
    for (std::size_t item = 0; item < count; ++item) {
      sum += 1;
      for (const double threshold : thresholds_) {
        sum += stats::normal_sf((threshold - shift - difficulty_[item]) / std::sqrt(variance));
      }
    }
    return sum / static_cast<double>(count);
  }

  [[nodiscard]] double shift_for(double points) const {
    const double variance = 1 + truth_.effect_sd * truth_.effect_sd + course_sd_ * course_sd_;
    const double wanted = mean_answer(truth_.secular[2], truth_.affected, 1) + points;
    double low = -4;
    double high = 4;
    for (int step = 0; step < 60; ++step) {
      const double middle = (low + high) / 2;
      (mean_answer(truth_.secular[2] + middle, truth_.affected, variance) < wanted ? low : high) = middle;
    }
    return (low + high) / 2;
  }

  void draw_person(Cohort& cohort, std::size_t person, double course_effect, std::vector<double>& errors, RandomStream& stream) const {
    const bool treated = cohort.arm[person] == 1;
    const double level = truth_.person_sd * stream.normal();
    const double own_effect = truth_.effect_sd * stream.normal();
    const double fresh = std::sqrt(1 - truth_.stability * truth_.stability);
    const double shared = std::sqrt(truth_.item_correlation);
    const double single = std::sqrt(1 - truth_.item_correlation);
    double factor = 0;
    for (std::size_t wave = 0; wave < waves; ++wave) {
      const auto carry = [&](double& error) { error = wave == 0 ? stream.normal() : truth_.stability * error + fresh * stream.normal(); };
      carry(factor);
      const double part = wave == 0 ? 0 : wave == 1 ? 0.5 : 1.0; // half of the effect is there at the end of the day
      double sum = 0;
      for (std::size_t item = 0; item < cohort.items; ++item) {
        carry(errors[item]);
        const bool moved = treated && (truth_.affected == 0 || item < truth_.affected);
        const double effect = moved ? part * (shift_ + own_effect) : 0;
        const double courses = treated ? part * course_effect : 0;
        const double latent =
            truth_.secular[wave] + difficulty_[item] + level + effect + courses + error_sd_ * (shared * factor + single * errors[item]);
        const auto above = std::count_if(thresholds_.begin(), thresholds_.end(), [&](double threshold) { return latent > threshold; });
        const auto code = static_cast<std::uint8_t>(1 + above);
        cohort.answers[(person * waves + wave) * cohort.items + item] = code;
        sum += code;
      }
      cohort.scores(person, wave) = sum / static_cast<double>(cohort.items);
    }
    leave(cohort, person, stream);
  }

  /// Who misses a wave misses the later one too.
  void leave(Cohort& cohort, std::size_t person, RandomStream& stream) const {
    bool gone = false;
    for (std::size_t wave = 1; wave < waves; ++wave) {
      const double chance = stream.uniform();
      if (truth_.leaving == Leaving::nobody) {
        continue;
      }
      if (!gone) {
        double usual = wave == 1 ? -3.9 : -2.7;
        double reason = (cohort.scores(person, wave - 1) - score_mean_) / score_sd_;
        if (truth_.leaving == Leaving::by_own_change) {
          const bool hidden = cohort.arm[person] == 1 && wave == 2;
          reason = hidden ? (cohort.scores(person, wave) - cohort.scores(person, 0)) / change_sd_ : 0;
          usual = hidden ? -1.4 : usual;
        }
        gone = chance < 1 / (1 + std::exp(reason - usual));
      }
      if (gone) {
        cohort.scores(person, wave) = std::numeric_limits<double>::quiet_NaN();
        std::fill_n(cohort.answers.begin() + static_cast<std::ptrdiff_t>((person * waves + wave) * cohort.items), cohort.items,
                    std::uint8_t{0});
      }
    }
  }

  Truth truth_;
  std::array<double, 4> thresholds_{};
  std::vector<double> difficulty_;
  double error_sd_ = 1, course_sd_ = 0, shift_ = 0;
  double score_mean_ = 0, score_sd_ = 1, change_sd_ = 1;
};

} // namespace canvass::simulation

#endif
