# The survey of tests/analysis/public_answers.hpp in R's survey package; prints what annual_survey_test.cpp compares with.
library(survey)
i <- 0:479
make <- function(year) {
  d <- data.frame(i = i, area = i %% 4 + 1)
  d$returned <- (i * 7 + i %/% 9 + year) %% 11 < 3 + i %% 4
  d$sex <- 1 + (i %/% 4 %% 5) %% 2
  d$band <- ifelse(i %/% 3 %% 5 == 0, 1, 2)
  drawn <- (i * 13 + i %/% 7 * 3 + year %% 3 + i %% 4) %% 17
  d$confident <- ifelse(drawn == 16, NA, as.numeric(1 + drawn %% 5 >= 4))
  d
}
counts <- expand.grid(band = 1:2, sex = 1:2, area = 1:4)
counts$count <- 100 + 10 * (0:15)
people <- tapply(counts$count, counts$area, sum)
options(digits = 15, survey.lonely.psu = "fail")
designs <- list()
for (year in c(2025, 2026)) {
  d <- make(year)
  d <- d[d$returned, ]
  d$w <- people[d$area] / 120
  d$N <- people[d$area]
  design <- svydesign(ids = ~1, strata = ~area, weights = ~w, fpc = ~N, data = d)
  d$sexband <- interaction(d$sex, d$band)
  design <- update(design, farea = factor(area), sexband = interaction(sex, band))
  margin <- aggregate(count ~ sex + band, counts, sum)
  raked <- calibrate(design, list(~farea, ~sexband),
                     list(data.frame(farea = factor(1:4), Freq = as.numeric(people)),
                          data.frame(sexband = interaction(margin$sex, margin$band), Freq = margin$count)),
                     calfun = "raking", epsilon = 1e-12, maxit = 500)
  designs[[as.character(year)]] <- raked
  m <- svymean(~confident, raked, na.rm = TRUE)
  cat(year, nrow(d), sum(!is.na(d$confident)), coef(m), SE(m), "\n")
  b <- svyby(~confident, ~area, raked, svymean, na.rm = TRUE)
  print(cbind(coef(b), SE(b)))
  b <- svyby(~confident, ~sex, raked, svymean, na.rm = TRUE)
  print(cbind(coef(b), SE(b)))
  # area 1 against the rest
  rest <- svyglm(confident ~ I(area == 1), raked)
  print(c(coef(rest)[2], SE(rest)[2]))
}
# trend_over_groups: any difference between the age bands of 2026
x <- svychisq(~confident + band, designs[["2026"]], statistic = "F")
cat("Rao-Scott F", format(c(x$statistic, x$parameter, x$p.value), digits = 15), "\n")
# who holds both views (worry_1 and worry_2) against everybody, 2026: two ratios of one design, of those who answered
answered <- update(designs[["2026"]], a = as.numeric(!is.na(confident)), y = ifelse(is.na(confident), 0, confident),
                   has = as.numeric(i %% 3 == 0 & i %% 4 == 1))
answered <- update(answered, ah = a * has, yh = y * has)
both <- svyratio(~yh + y, ~ah + a, answered, covmat = TRUE)
v <- vcov(both)
cat("lift", coef(both)[1] - coef(both)[4], sqrt(v[1, 1] + v[4, 4] - 2 * v[1, 4]), "\n")
