# Small references for tests/survey/proportion_interval_test.cpp. R 4.2.2, survey 4.1-1 (its svyciprop has no "wilson": that line is the
# formula of survey 4.5).
options(digits = 15); suppressMessages(library(survey)); data(api)
d <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat)
for (m in c("logit", "likelihood", "asin", "beta", "mean", "xlogit")) {
  s <- svyciprop(~I(enroll > 1500), d, method = m, df = degf(d))
  cat(m, format(c(coef(s), sqrt(vcov(s)), confint(s)), digits = 15), degf(d), nrow(d), "\n") # share, se, low, high, df, n
}
wilson <- function(p, se, df) { t2 <- qt(.975, df)^2 * se^2 / (p * (1 - p)); (p + t2 / 2 + c(-1, 1) * sqrt(t2 * (p * (1 - p) + t2 / 4))) / (1 + t2) }
cat("wilson", format(wilson(.063493705664787, .010286112231279, 197), digits = 15), "\n")
kg <- function(p, ne, n, df) { ne <- min(ne, n) * (qt(.975, n - 1) / qt(.975, df))^2; x <- p * ne; c(qbeta(.025, x, ne - x + 1), qbeta(.975, x + 1, ne - x)) }
cat("share .1, se .02, n 300, df 20", format(kg(.1, .1 * .9 / .02^2, 300, 20), digits = 15), "\n")
cat("se .01: n_eff 900 is held at 300", format(kg(.1, .1 * .9 / .01^2, 300, 20), digits = 15), "\n")
cat("share 0, Kish n 250, df 20 and 1", format(c(kg(0, 250, 300, 20), kg(0, 250, 300, 1)), digits = 15), "\n")
ne <- .1 * .9 / .02^2 * (qt(.975, 299) / qt(.975, 20))^2; x <- .1 * ne
steady <- function(p, se, kish) { seen <- p * (1 - p) / se^2; m <- kish * min(p, 1 - p); if (seen <= kish) seen else (m + 4) / (m / seen + 4 / kish) }
cat("a fifth weighs six times as much: share .025, se .00812, n 200, Kish n 100", format(c(kg(.025, steady(.025, .00812, 100), 200, 199), kg(.025, .025 * .975 / .00812^2, 200, 199)), digits = 15), "
")
cat("share .2, se .0229, n 405, Kish n 208", format(kg(.2, steady(.2, .0229, 208), 405, 404), digits = 15), "
")
cat("jeffreys", format(qbeta(c(.025, .975), x + .5, ne - x + .5), digits = 15), "\n")
f <- function(th, p, se, n, df) 2 * p * (1 - p) / se^2 * (p * log(p / th) + (1 - p) * log((1 - p) / (1 - th))) - qt(.975, df)^2 * n / (n - 1)
u <- function(a, b) uniroot(f, c(a, b), p = .1, se = .02, n = 300, df = 20, tol = 1e-15)$root
cat("likelihood without the spline", format(c(u(1e-9, .1), u(.1, 1 - 1e-9)), digits = 15), "\n")
