# Two published shares against each other, and what a number of answers can show: tests/stats/shares_test.cpp. R 4.2.2, stats.
p <- function(a, m, b, n) { t <- suppressWarnings(prop.test(c(a * m, b * n), c(m, n), correct = FALSE)); c(sqrt(t$statistic), t$p.value) }
for (n in c(1000, 2500, 2536, 2537, 5000)) print(p(.417, n, .39, n), digits = 10)
# 1.230613777 .218467350; 1.945771227 .05168222627; 1.959730706 .0500272742; 1.960117050 .04998211083; 2.751736059 .005928027807
print(p(.185, 400, .051, 8600), digits = 10) # 11.30390863 1.255048404e-29
z <- qnorm(.975)
print(100 * z * sqrt(.25 / c(82.76, 97, 385, 432, 405, 772, 300, 200, 160)), digits = 10)
# 10.772285482 9.950209578 4.994450700 4.714940559 4.869569670 3.527032367 5.657928670 6.929519122 7.747437904
print(z^2 * .25 / c(.1, .05)^2, digits = 10) # 96.03647052 384.14588207
