using PoshAcmeSharp.Deployment.Tasks;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Tasks;

public sealed class RenewalLogTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("log-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string FilePath => Path.Combine(folder, "logs", "renewal.log");

    private RenewalLog Open(long size = 1000, int count = 3) => new(FilePath, size, count, PhysicalFileSystem.Instance, new FakeClock());

    [Fact]
    public void A_line_has_the_time_in_UTC_and_a_level()
    {
        var log = Open();
        using var hold = log.TryBegin();
        log.Write("INFO", "first");
        log.Write("ERROR", "two\nlines");
        Assert.Equal("2030-01-01T00:00:00Z INFO    first\n2030-01-01T00:00:00Z ERROR   two lines\n", File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_full_log_is_put_aside_and_the_oldest_are_dropped()
    {
        var log = Open(size: 100, count: 2);
        using var hold = log.TryBegin();
        foreach (var letter in "abcd")
        {
            log.Write("INFO", new string(letter, 60));
        }

        Assert.Equal(["renewal.log", "renewal.log.1", "renewal.log.2"], Directory.GetFiles(Path.GetDirectoryName(FilePath)!).Select(Path.GetFileName).Where(n => !n!.EndsWith(".lock", StringComparison.Ordinal)).Order());
        Assert.Contains("dddd", File.ReadAllText(FilePath), StringComparison.Ordinal);
        Assert.Contains("cccc", File.ReadAllText(FilePath + ".1"), StringComparison.Ordinal);
        Assert.Contains("bbbb", File.ReadAllText(FilePath + ".2"), StringComparison.Ordinal);
    }

    [Fact]
    public void No_log_need_be_kept()
    {
        var log = Open(size: 100, count: 0);
        using var hold = log.TryBegin();
        log.Write("INFO", new string('a', 60));
        log.Write("INFO", new string('b', 60));
        Assert.DoesNotContain("aaaa", File.ReadAllText(FilePath), StringComparison.Ordinal);
        Assert.False(File.Exists(FilePath + ".1"));
    }

    [Fact]
    public void It_is_for_the_user_alone()
    {
        var log = Open();
        using var hold = log.TryBegin();
        log.Write("INFO", "x");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(FilePath)!));
        }
    }

    [Fact]
    public void One_run_at_a_time_has_it()
    {
        using (Open().TryBegin())
        {
            Assert.Null(Open().TryBegin());
        }

        using var next = Open().TryBegin();
        Assert.NotNull(next);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error_that_names_the_log()
    {
        File.WriteAllText(Path.Combine(folder, "logs"), "a file");
        var error = Assert.Throws<PoshAcmeException>(() => Open().TryBegin());
        Assert.Equal("LogNotWritable", error.ErrorId);
        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_write_stops_nothing_and_is_remembered()
    {
        var log = Open();
        using var hold = log.TryBegin();
        Directory.CreateDirectory(FilePath);
        log.Write("INFO", "x");
        Assert.NotNull(log.WriteFailure);
    }

    [Fact]
    public void The_end_of_the_last_run_is_found()
    {
        var log = Open();
        using var hold = log.TryBegin();
        Assert.Null(RenewalLog.LastRun(FilePath));
        log.WriteEnd(0, "Renewed: 1.");
        log.WriteEnd(1, "Renewed: 0.");
        log.Write("INFO", "The run begins.");
        var last = RenewalLog.LastRun(FilePath);
        Assert.Equal(1, last!.Value.ExitCode);
        Assert.Equal(new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc), last.Value.Time.ToUniversalTime());
    }

    [Fact]
    public void A_run_with_a_failure_ends_with_code_1_and_one_line()
    {
        var log = Open(size: 10000);
        using var hold = log.TryBegin();
        var run = new RenewalRun(log);
        run.Add("a.test", "Renewed", "Done.");
        run.Fail(new("b.test", "The CA said\nno.", "AcmeProblem.rateLimited", "Wait."));
        run.Fail(new(null, "No server.", null, null));
        run.End();
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("PoshAcmeSharp: 2 failures: b.test: The CA said no.; No server.", run.FailureLine);
        Assert.Contains("ERROR   b.test: The CA said no. Wait.\n", File.ReadAllText(FilePath), StringComparison.Ordinal);
        Assert.EndsWith("The run has ended with exit code 1. Renewed: 1, deployed: 0, not due: 0, left out: 0, failures: 2.\n", File.ReadAllText(FilePath), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_could_not_be_written_makes_the_run_fail()
    {
        var log = Open();
        using var hold = log.TryBegin();
        Directory.CreateDirectory(FilePath);
        var run = new RenewalRun(log);
        run.End();
        Assert.Equal(1, run.ExitCode);
    }
}
