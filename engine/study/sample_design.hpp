#ifndef CANVASS_ENGINE_STUDY_SAMPLE_DESIGN_HPP
#define CANVASS_ENGINE_STUDY_SAMPLE_DESIGN_HPP

#include "engine/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How people were drawn, where a stratum and a cluster do not tell it all: several stages, unequal chances, replicate weights. It is a
/// fact of the sample and not an answer, so it stands in a file of its own, one row a person, as the organisation that drew the sample
/// gives it.
namespace canvass {

/// What one wave's file says. Columns have one entry a row of the file, in its order.
struct DesignRows {
  std::string file, sha256;
  std::vector<std::string> person; ///< each once
  struct Stage {
    std::vector<std::int32_t> stratum; ///< index into `strata`; empty where the study names no column
    std::vector<std::string> strata;
    std::vector<std::int32_t> unit; ///< index into `units`; empty: people are the units
    std::vector<std::string> units;
    std::vector<double> population; ///< units in all, above 0; empty: not known
  };
  std::vector<Stage> stages;                   ///< as the study lists them
  std::vector<double> chance;                  ///< over 0, at most 1; empty where the study names no column
  std::vector<std::string> replicate_names;    ///< columns that begin with the study's word and end in a number
  std::vector<std::vector<double>> replicates; ///< one vector a name
  std::string joint_file, joint_sha256;        ///< where joint chances are given
  std::vector<std::string> joint_units;        ///< names of first-stage units, or people
  std::vector<double> joint;                   ///< units x units, row-major, symmetrical; the diagonal holds the chance of one
  std::vector<std::size_t> by_person;          ///< rows sorted by person; made by index()

  void index();
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  [[nodiscard]] std::size_t find(std::string_view id) const; ///< row, or npos
  [[nodiscard]] bool empty() const noexcept { return person.empty(); }
};

/// `survey: design:` of a study.
struct SampleDesign {
  struct Stage { ///< names of columns; empty: the file has none
    std::string stratum, unit, population;
    Position at;
  };
  enum class Joint { brewer, overton, hartley_rao, given };
  enum class Method { jk1, jkn, brr, fay, bootstrap, sdr };
  struct Replication {
    Method method = Method::bootstrap;
    std::string columns;         ///< word that the columns' names begin with; empty: Canvass makes the replicates
    std::size_t count = 0;       ///< bootstrap and sdr, where they are made; 0: as many as is usual
    double fay_rho = 0.3;        ///< fay
    std::vector<double> rscales; ///< jkn, where they are given: one a replicate
    bool about_estimate = false; ///< squared differences from the estimate, not from the replicates' mean
    Position at;
  };
  std::string file_pattern, joint_pattern; ///< "design-{wave}.csv"; empty: none
  std::vector<Stage> stages;               ///< the first stage first; empty: stratum and cluster of the frame
  std::string chance;                      ///< column: chance of the first-stage unit to be drawn
  Joint joint = Joint::brewer;
  bool yates_grundy = false; ///< else Horvitz and Thompson's form
  std::optional<Replication> replicates;
  std::vector<DesignRows> waves; ///< by wave index; one without rows where no file is there
  Position at;

  [[nodiscard]] bool empty() const noexcept { return file_pattern.empty() && !replicates; }
  [[nodiscard]] const DesignRows* of(std::size_t wave) const {
    return wave < waves.size() && !waves[wave].empty() ? &waves[wave] : nullptr;
  }
};
std::string_view to_string(SampleDesign::Joint joint);   ///< as a study writes it
std::string_view to_string(SampleDesign::Method method); ///< as a study writes it

/// What decides the numbers, in words that a plan can keep: "stages region/block of blocks, house of houses; replicates jkn made". Empty
/// where the design is.
std::string in_words(const SampleDesign& design);

/// A wave's file with the columns that the study names and nothing else that it may have held; its joint chances likewise.
std::string design_csv(const DesignRows& rows, const SampleDesign& design, const std::string& person_column);
std::string joint_csv(const DesignRows& rows);

} // namespace canvass

#endif
