# Reference numbers of tests/survey/estimators_test.cpp and traps_test.cpp. R 4.2.2, survey 4.1-1 (the same in 4.5).
suppressMessages(library(survey))
p <- function(...) cat(..., "\n")
f <- function(x) paste(formatC(as.numeric(x), digits = 15, format = "g"), collapse = ", ")
d <- data.frame(
  h = c(1,1,1,1,1,1, 2,2,2,2,2,2,2, 3,3,3,3,3),
  u = c(1,1,2,2,3,3, 1,1,1,2,2,3,3, 1,1,2,2,2),
  w = c(2,2.5,3,2,4,3.5, 10,12,9,11,10,8,12, 5,6,5.5,4,6.5),
  y = c(3,5,NA,2,4,4, 1,2,2,5,3,NA,4, 5,5,1,2,3),
  x = c(10,12,9,8,11,13, 7,6,9,14,10,8,12, 15,13,6,7,9),
  g = c(1,1,2,2,1,2, 1,1,1,2,2,2,2, 1,1,1,2,2),
  N = c(rep(8,6), rep(20,7), rep(5,5)), M = c(5,5,6,6,4,4, 9,9,9,7,7,8,8, 4,4,6,6,6))
clu <- svydesign(id = ~u, strata = ~h, weights = ~w, fpc = ~N, nest = TRUE, data = d)
two <- svydesign(id = ~u + I(seq_len(nrow(d))), strata = ~h, weights = ~w, fpc = ~N + M, nest = TRUE, data = d)
ele <- svydesign(id = ~1, strata = ~h, weights = ~w, data = d)
for (n in c("clu", "two", "ele")) { s <- get(n)
  m <- svymean(~y, s, na.rm = TRUE, deff = "replace"); t <- svytotal(~y, s, na.rm = TRUE)
  p(n, "mean", f(coef(m)), f(SE(m)), "deff", f(deff(m)), "total", f(coef(t)), f(SE(t)))
  b <- svyby(~y, ~g, subset(s, !is.na(y)), svymean, covmat = TRUE); p(n, "by", f(coef(b)), "vcov", f(vcov(b)))
  r <- svyratio(~y, ~x, s, na.rm = TRUE); p(n, "ratio", f(coef(r)), f(SE(r)))
  v <- svyvar(~y + x, subset(s, !is.na(y))); p(n, "var", f(as.matrix(v)), "vcov", f(attr(v, "var")))
  q <- svyquantile(~y, subset(s, !is.na(y)), c(.25, .5, .9), ci = TRUE)[[1]]; p(n, "quantile", f(q)) }
both <- svymean(~x + I(x^2), clu); p("two columns", f(coef(both)), f(vcov(both)))
a <- svyvar(~y + x, subset(clu, !is.na(y))); V <- attr(a, "var")[c(1, 2, 4), c(1, 2, 4)]; A <- as.matrix(a)
r <- A[1, 2] / sqrt(A[1, 1] * A[2, 2]); g <- c(-r / (2 * A[1, 1]), 1 / sqrt(A[1, 1] * A[2, 2]), -r / (2 * A[2, 2]))
p("correlation", f(r), f(sqrt(t(g) %*% V %*% g)))
k <- as.svrepdesign(svydesign(id = ~u, strata = ~h, weights = ~w, nest = TRUE, data = d), type = "JKn")
p("jkn rscales", f(k$rscales), "scale", k$scale)
for (mse in c(FALSE, TRUE)) { k$mse <- mse; m <- svymean(~y, k, na.rm = TRUE); t <- svytotal(~y, k, na.rm = TRUE)
  r <- svyratio(~y, ~x, k, na.rm = TRUE); p("jkn mse", mse, f(coef(m)), f(SE(m)), f(coef(t)), f(SE(t)), f(SE(r)), "df", degf(k)) }
pp <- data.frame(y = c(12, 40, 33, 7, 21), pi = c(.2, .7, .55, .15, .4))
J <- outer(pp$pi, pp$pi) * .9; diag(J) <- pp$pi
for (n in c("brewer", "overton", "hr", "ht", "yg")) {
  s <- switch(n, brewer = svydesign(id = ~1, fpc = ~pi, data = pp, pps = "brewer"), overton = svydesign(id = ~1, fpc = ~pi, data = pp, pps = "overton"),
    hr = svydesign(id = ~1, fpc = ~pi, data = pp, pps = HR(.3)), ht = svydesign(id = ~1, fpc = ~pi, data = pp, pps = ppsmat(J)),
    yg = svydesign(id = ~1, fpc = ~pi, data = pp, pps = ppsmat(J), variance = "YG"))
  t <- svytotal(~y, s); p("pps", n, f(coef(t)), f(SE(t))) }
lone <- subset(d, !(h == 3 & u == 2))
for (o in c("certainty", "adjust", "average")) { options(survey.lonely.psu = o)
  s <- svydesign(id = ~u, strata = ~h, weights = ~w, nest = TRUE, data = lone); m <- svymean(~x, s); p("lonely", o, f(coef(m)), f(SE(m)))
  s <- subset(s, h == 3 | h == 2); m <- svymean(~x, s); p("lonely domain", o, f(coef(m)), f(SE(m))) }
options(survey.lonely.psu = "fail")
cal <- calibrate(svydesign(id = ~u, strata = ~h, weights = ~w, nest = TRUE, data = d), ~factor(g), c(130, 70))
m <- svymean(~x, cal); p("poststratified", f(coef(m)), f(SE(m)))
# Trap 2: limits read off by the rule of the quantile.
i <- seq_len(18) - 1; ez <- update(ele, z = (i * 7) %% 18 + i / 10)
for (qr in c("math", "hf7", "hf5")) for (it in c("mean", "xlogit")) {
  q <- svyquantile(~z, ez, c(.3, .5), ci = TRUE, qrule = qr, interval.type = it)[[1]]; p("quantile z", qr, it, f(t(q))) }
# Trap 5: a cluster without any answer stays in its stratum.
gap <- within(d, y[h == 2 & u == 3] <- NA); s <- svydesign(id = ~u, strata = ~h, weights = ~w, fpc = ~N, nest = TRUE, data = gap)
m <- svymean(~y, s, na.rm = TRUE); p("gap", f(coef(m)), f(SE(m)))
s <- svydesign(id = ~u, strata = ~h, weights = ~w, fpc = ~N, nest = TRUE, data = subset(gap, !is.na(y))); p("gap deleted (wrong)", f(SE(svymean(~y, s))))
# Trap 6: shares of answers.
s <- subset(clu, !is.na(y)); m <- svymean(~factor(y), s); p("shares", f(coef(m)), f(SE(m)))
# Trap 12, with the same weights taken as if they had been given.
p("not residuals (wrong)", f(SE(svymean(~x, svydesign(id = ~u, strata = ~h, weights = weights(cal), nest = TRUE, data = d)))))
