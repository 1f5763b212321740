# The job of make_area_survey in R's survey package: Rscript area_survey.R FOLDER [INDICATORS]
# Rakes to the two margins, then overall and by area each of INDICATORS (all, unless fewer are asked for) with its error and beta interval,
# a Rao-Scott test of each against sex, and the logistic model of the first with ten others. Prints lines: name, seconds, value, error.
suppressPackageStartupMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(file.path(arguments[1], "answers.csv"))
population <- read.csv(file.path(arguments[1], "population.csv"))
all <- sum(grepl("^v[0-9]+$", names(answers)))
done <- if (length(arguments) > 1) as.integer(arguments[2]) else all
for (k in seq_len(all)) {
  v <- answers[[paste0("v", k)]]
  answers[[paste0("i", k)]] <- ifelse(v < 0, NA, as.numeric(v >= 4))
}
answers$farea <- factor(answers$area)
answers$sexband <- interaction(answers$sex, answers$age_band)
of_area <- aggregate(count ~ area, population, sum)
of_sexband <- aggregate(count ~ sex + age_band, population, sum)
say <- function(name, seconds, value, error) cat(sprintf("%s\t%.4f\t%.15g\t%.15g\n", name, seconds, value, error), sep = "")
timed <- function(work) {
  began <- proc.time()[["elapsed"]]
  value <- work
  list(value = value, seconds = proc.time()[["elapsed"]] - began)
}

weighted <- timed({
  design <- svydesign(ids = ~1, strata = ~stratum, weights = ~weight, data = answers)
  calibrate(design, list(~farea, ~sexband),
            list(data.frame(farea = of_area$area, Freq = of_area$count),
                 data.frame(sexband = interaction(of_sexband$sex, of_sexband$age_band), Freq = of_sexband$count)),
            calfun = "raking", epsilon = 1e-11, maxit = 200)
})
design <- weighted$value
say("weights", weighted$seconds, sum(weights(design)), 0)
for (k in seq_len(done)) {
  formula <- reformulate(paste0("i", k))
  overall <- timed(svymean(formula, design, na.rm = TRUE))
  say(sprintf("areas/i%d/Y1", k), overall$seconds, 100 * coef(overall$value), 100 * SE(overall$value))
  by_area <- timed(svyby(formula, ~area, design, svyciprop, vartype = c("se", "ci"), method = "beta", na.rm = TRUE))
  say(sprintf("areas/i%d/Y1/area/%s", k, by_area$value$area), by_area$seconds / nrow(by_area$value), 100 * coef(by_area$value),
      100 * SE(by_area$value))
  test <- timed(svychisq(reformulate(c(paste0("i", k), "sex")), design, statistic = "F"))
  say(sprintf("tests/i%d/Y1/sex", k), test$seconds, test$value$statistic, test$value$p.value)
}
# Average differences in the probability between holding a view and not, errors by the delta method.
model <- timed({
  fit <- svyglm(reformulate(paste0("i", 2:11), "i1"), design, family = quasibinomial)
  w <- fit$prior.weights / sum(fit$prior.weights)
  lapply(2:11, function(k) {
    with <- without <- model.matrix(fit)
    with[, paste0("i", k)] <- 1
    without[, paste0("i", k)] <- 0
    high <- drop(with %*% coef(fit))
    low <- drop(without %*% coef(fit))
    by <- colSums(w * (dlogis(high) * with - dlogis(low) * without))
    c(sum(w * (plogis(high) - plogis(low))), sqrt(drop(by %*% vcov(fit) %*% by)))
  })
})
for (k in 2:11) {
  say(sprintf("drivers/i1/Y1/effect/i%d", k), model$seconds / 10, 100 * model$value[[k - 1]][1], 100 * model$value[[k - 1]][2])
}
