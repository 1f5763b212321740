# Small references for tests/survey/calibration_test.cpp. R 4.2.2, survey 4.1-1.
options(digits = 15); suppressMessages(library(survey))
show <- function(name, x) cat(name, formatC(as.numeric(x), digits = 15, format = "g"), "\n")

# Kalton and Flores-Cervantes 2003, J. Off. Stat. 19: a sample and its population in 4 x 3 cells. Weights by cell, a running fastest.
ab <- expand.grid(a = factor(1:4), b = factor(1:3))
s <- ab[rep(1:12, c(20, 50, 100, 30, 40, 140, 50, 100, 40, 310, 50, 70)), ]
p <- ab[rep(1:12, c(80, 60, 170, 55, 40, 150, 60, 165, 55, 340, 200, 125)), ]
d <- svydesign(id = ~1, weights = ~rep(1, nrow(s)), data = s)
totals <- colSums(model.matrix(~a + b, p))
joint <- as.data.frame(table(a = p$a, b = p$b))
by_cell <- function(d) tapply(weights(d), list(d$variables$a, d$variables$b), mean)
show("poststratify", by_cell(postStratify(d, ~a + b, joint)))
show("rake", by_cell(calibrate(d, ~a + b, totals, calfun = "raking", epsilon = 1e-13, maxit = 200)))
show("linear", by_cell(calibrate(d, ~a + b, totals)))
show("logit .5 2.2", by_cell(calibrate(d, ~a + b, totals, calfun = "logit", bounds = c(.5, 2.2), epsilon = 1e-13, maxit = 500)))
show("linear .5 2.2", by_cell(calibrate(d, ~a + b, totals, calfun = "linear", bounds = c(.5, 2.2), epsilon = 1e-13, maxit = 500)))
show("raking .8 2.3", by_cell(calibrate(d, ~a + b, totals, calfun = "raking", bounds = c(.8, 2.3), epsilon = 1e-13, maxit = 500)))

# Made-up rows with weights that differ: 60 rows, an amount, three margins.
i <- 0:59; m <- data.frame(a = factor(i %% 3), b = factor((i * 7) %% 4), c = factor((i %/% 5) %% 2), w = 1 + (i * 13) %% 11, x = 10 + (i * 17) %% 29)
dm <- svydesign(id = ~1, weights = ~w, data = m)
tm <- c(`(Intercept)` = 600, a1 = 180, a2 = 230, b1 = 150, b2 = 140, b3 = 170, c1 = 330)
show("made rake", head(weights(calibrate(dm, ~a + b + c, tm, calfun = "raking", epsilon = 1e-13, maxit = 500)), 8))
show("made linear with amount", head(weights(calibrate(dm, ~a + x, c(tm[1:3], x = 14500))), 8))
show("made raking with amount", head(weights(calibrate(dm, ~a + x, c(tm[1:3], x = 14500), calfun = "raking", epsilon = 1e-13, maxit = 500)), 8))
