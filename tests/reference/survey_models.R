# Reference numbers of tests/survey/*: models, tables, rank tests and reliability under a design.
# A made-up sample by formula (60 people, 3 strata, 12 PSUs), so that no file is needed; the same in tests/survey/small_sample.hpp.
# R 4.2.2, survey 4.1-1. Run: Rscript tests/reference/survey_models.R
suppressMessages(library(survey))
i <- 0:59
d <- data.frame(stratum = i %/% 20, psu = i %/% 5, w = 1 + ((i * 7) %% 5) / 2, N = c(40, 30, 25)[i %/% 20 + 1],
                x = (i * 11) %% 13, k = (i * 5 + i %/% 7) %% 3, u = (i * 17) %% 23)
d$y <- d$x / 2 + 3 * (d$k == 2) + d$u / 4
d$b <- as.integer(d$x / 4 + (d$k == 1) + d$u / 6 > 4)
d$cnt <- (d$x + d$u) %% 6
d$o <- 1 + (d$y > 4) + (d$y > 6.5) + (d$y > 9)
d$i1 <- (d$x + 2) %/% 3; d$i2 <- (d$x + d$u %% 4) %/% 3; d$i3 <- (d$x + d$u %% 7) %/% 4
d$r1 <- d$x %% 3; d$r2 <- ifelse(d$u %% 4 == 0, d$k, d$r1)
d$y[9] <- NA; d$k[34] <- NA
d$kf <- factor(d$k)
des <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, fpc = ~N, data = d)
# Complete rows as a domain: regTermTest would fit its smaller model to more rows than the larger one.
full <- subset(des, !is.na(y) & !is.na(kf)); full_b <- subset(des, !is.na(kf))
rep <- as.svrepdesign(svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = d), type = "JKn")
p <- function(name, x) cat(name, ": ", paste(format(as.numeric(x), digits = 15), collapse = ", "), "\n", sep = "")

sharp <- list(epsilon = 1e-15, maxit = 50) # R stops at 1e-8 of the deviance otherwise
for (f in list(list("gaussian", y ~ x + kf, gaussian()), list("logistic", b ~ x + kf, quasibinomial()), list("poisson", cnt ~ x + kf, quasipoisson()))) {
  m <- svyglm(f[[2]], if (f[[1]] == "gaussian") full else full_b, family = f[[3]], control = sharp)
  p(paste(f[[1]], "coef"), coef(m)); p(paste(f[[1]], "se"), SE(m)); p(paste(f[[1]], "p"), summary(m)$coefficients[, 4])
  p(paste(f[[1]], "df, deviance, null"), c(m$df.residual, m$deviance, m$null.deviance))
  w <- regTermTest(m, ~kf); p(paste(f[[1]], "wald kf"), c(w$Ftest, w$df, w$ddf, w$p))
  l <- regTermTest(m, ~kf, method = "LRT"); p(paste(f[[1]], "lrt kf"), c(l$chisq, l$lambda, l$p))
  r <- svyglm(f[[2]], rep, family = f[[3]], control = sharp)
  p(paste(f[[1]], "JKn se"), SE(r))
}
m <- svyglm(b ~ x + kf, full_b, family = quasibinomial(), control = sharp)
p("psrsq", c(psrsq(m), psrsq(m, method = "Nagelkerke")))
