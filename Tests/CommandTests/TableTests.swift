import Testing
import Workers

@testable import shouwang

@Suite struct TableTests {
    @Test func `columns are as wide as their widest cell, Chinese counting double`() {
        var table = Table(["名", "#count", "x"])
        table.add(["三河县", "7", "a"])
        table.add(["b", "1234", ""])
        #expect(table.text == "名      count  x\n三河县      7  a\nb        1234\n")
    }

    @Test func `a progress bar off a terminal speaks at each tenth`() {
        var lines: [String] = []
        withoutActuallyEscaping({ lines.append($0) }) { err in
            var bar = ProgressBar("f", total: 100, isInteractive: false, err: err)
            for done in 0...100 { bar.show(done) }
        }
        #expect(lines.count == 11)
        #expect(lines.last == "f [##############################] 100% 100/100\n")
    }
}
