"""What many stories share: a couple with two children, and the firms they work for."""

SHENZHEN, DONGGUAN, NINGBO = "91440300MA5F2K7L3X", "91441900MA4W8P1T2D", "91330200MA2G6R9Y5B"
NEARBY = "91529901MA7H1B5N4R"
COUPLE = [("head", "m", "1983-04-12"), ("spouse", "f", "1985-09-03"),
          ("child", "f", "2012-06-21"), ("child", "m", "2016-02-09")]
