# Rscript compare_with_r.R FOLDER: the same statistics as compare_with_r, from the files it wrote. Loading packages is not timed.
suppressMessages({library(nlme); library(coin)})
folder <- commandArgs(TRUE)[1]
say <- function(name, time, value) cat(name, "\t", sprintf("%.6f", time), "\t", sprintf("%.15g", value), "\n", sep = "")
clock <- function(work) { began <- proc.time()[["elapsed"]]; value <- work(); list(time = proc.time()[["elapsed"]] - began, value = value) }

scores <- read.csv(file.path(folder, "scores.csv"))
scores$a <- factor(scores$arm); scores$w <- factor(scores$wave)
fit <- clock(function() gls(y ~ a * w, scores, correlation = corSymm(form = ~ wave + 1 | person), weights = varIdent(form = ~ 1 | w), method = "REML",
                            control = glsControl(tolerance = 1e-10, msTol = 1e-12, opt = "nlminb", maxIter = 200, msMaxIter = 200)))
say("mmrm estimate", fit$time, coef(fit$value)[["a1:w2"]])
say("mmrm standard error", fit$time, sqrt(vcov(fit$value)["a1:w2", "a1:w2"]))

changes <- read.csv(file.path(folder, "changes.csv"))
x <- as.matrix(changes[-1]); arm <- changes$arm
ranks <- clock(function() sum(sapply(1:20, function(i) {
  d <- x[, i]
  pvalue(wilcoxsign_test(d ~ rep(0, length(d)), zero.method = "Pratt", distribution = exact()))
})))
say("20 exact signed-rank tests, sum of p", ranks$time, ranks$value)

# Welch t of all items at once: sums by matrix products, as fast as plain R goes.
x2 <- x^2; total <- colSums(x); total2 <- colSums(x2); n1 <- sum(arm); n0 <- length(arm) - n1
welch <- function(marked) {
  s1 <- colSums(x[marked, , drop = FALSE]); q1 <- colSums(x2[marked, , drop = FALSE])
  s0 <- total - s1; q0 <- total2 - q1
  (s1 / n1 - s0 / n0) / sqrt((q1 - s1^2 / n1) / (n1 - 1) / n1 + (q0 - s0^2 / n0) / (n0 - 1) / n0)
}
set.seed(1)
family <- clock(function() {
  t0 <- abs(welch(which(arm == 1)))
  largest <- replicate(10000, max(abs(welch(sample.int(length(arm), n1)))))
  c(max(t0), (1 + sum(largest >= max(t0) - 1e-12)) / 10001)
})
say("10000 relabellings of 49 items, largest t", family$time, family$value[1])
say("10000 relabellings of 49 items, its adjusted p (drawn)", family$time, family$value[2])
