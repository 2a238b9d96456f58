using System.Text;
using PoshAcmeSharp.Deployment.Tasks;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Tasks;

public sealed class CronSchedulerTests : IDisposable
{
    private readonly StubPrograms programs = new();
    private readonly string folder = Directory.CreateTempSubdirectory("cron-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private CronScheduler Scheduler => new(
        programs, PhysicalFileSystem.Instance, new() { IsSystem = false, Scripts = Path.Combine(folder, "scripts"), Units = folder }, new FakeClock());

    private string Table => Encoding.Latin1.GetString(programs.Crontab ?? []);

    private string ScriptPath => Path.Combine(folder, "scripts", "renew.ps1");

    [Fact]
    public async Task The_line_runs_the_script_daily()
    {
        await Scheduler.RegisterAsync(TestTask.Make(), CancellationToken.None);
        Assert.Equal($"17 3 * * * '/usr/bin/pwsh' -NoLogo -NoProfile -NonInteractive -File '{ScriptPath}' # renewal task: renew\n", Table);
    }

    [Theory]
    [InlineData("MAILTO=a@b.test\n# mine\n5 4 * * * /bin/x # renewal task:\n")]
    [InlineData("5 4 * * * /bin/x")]
    [InlineData("\n\n  \t\n5 4 * * * caf\u00e9\r\n")]
    [InlineData("# renewal task: renew\n@daily x # renewal task: renew\n")]
    public async Task Lines_of_others_stay_byte_for_byte(string before)
    {
        programs.Crontab = Encoding.Latin1.GetBytes(before);
        await Scheduler.RegisterAsync(TestTask.Make(), CancellationToken.None);
        Assert.StartsWith(before, Table, StringComparison.Ordinal);
        await Scheduler.RegisterAsync(TestTask.Make(minute: 18), CancellationToken.None);
        Assert.Equal(1, Table.Split('\n').Count(line => line.StartsWith("18 3 ", StringComparison.Ordinal)));
        Assert.DoesNotContain("17 3 ", Table, StringComparison.Ordinal);
        await Scheduler.UnregisterAsync("renew", CancellationToken.None);
        Assert.Equal(before.EndsWith('\n') ? before : before + "\n", Table);
    }

    [Fact]
    public async Task A_crontab_that_held_nothing_else_is_removed()
    {
        await Scheduler.RegisterAsync(TestTask.Make(), CancellationToken.None);
        Assert.True(File.Exists(ScriptPath));
        await Scheduler.UnregisterAsync("renew", CancellationToken.None);
        Assert.Null(programs.Crontab);
        Assert.False(File.Exists(ScriptPath));
    }

    [Fact]
    public async Task A_crontab_that_cannot_be_read_is_not_overwritten()
    {
        programs.Refusal = "You (somebody) are not allowed to use this program";
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Scheduler.RegisterAsync(TestTask.Make(), CancellationToken.None));
        Assert.Equal("CrontabFailed", error.ErrorId);
        Assert.Equal(["crontab -l"], programs.Calls);
        Assert.False(File.Exists(ScriptPath));
    }

    [Fact]
    public async Task Tasks_are_read_back_with_their_scripts()
    {
        await Scheduler.RegisterAsync(TestTask.Make("/opt/it's 100% ü/pwsh"), CancellationToken.None);
        Assert.Contains(@"'/opt/it'\''s 100\% ", Table, StringComparison.Ordinal);
        var task = Assert.Single(await Scheduler.ListAsync(CancellationToken.None));
        Assert.Equal("renew", task.Name);
        Assert.Equal(new DailySchedule(3, 17), task.Schedule);
        Assert.StartsWith(@"'/opt/it'\''s 100% ü/pwsh' ", task.Command, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync(ScriptPath), task.Script);
        Assert.Equal((3, 17), (task.NextRun!.Value.Hour, task.NextRun.Value.Minute));
    }

    [Fact]
    public async Task The_same_task_is_recognised_and_another_is_not()
    {
        var task = TestTask.Make("/opt/100%/pwsh");
        Assert.False(await Scheduler.IsRegisteredAsync(task, CancellationToken.None));
        await Scheduler.RegisterAsync(task, CancellationToken.None);
        Assert.True(await Scheduler.IsRegisteredAsync(task, CancellationToken.None));
        Assert.False(await Scheduler.IsRegisteredAsync(task with { Schedule = new(3, 18) }, CancellationToken.None));
        Assert.False(await Scheduler.IsRegisteredAsync(task with { Script = task.Script with { AllAccounts = true } }, CancellationToken.None));
    }

    [Fact]
    public async Task A_line_break_in_a_path_is_refused()
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Scheduler.RegisterAsync(TestTask.Make("/opt/a\nb/pwsh"), CancellationToken.None));
        Assert.Equal("InvalidTaskPath", error.ErrorId);
    }

    [Fact]
    public async Task The_script_is_for_the_user_alone()
    {
        await Scheduler.RegisterAsync(TestTask.Make(), CancellationToken.None);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ScriptPath));
        }
    }

    [Fact]
    public async Task A_script_that_a_line_names_and_that_is_not_ours_is_left_alone()
    {
        var other = Path.Combine(folder, "other.ps1");
        await File.WriteAllTextAsync(other, "mine");
        programs.Crontab = Encoding.ASCII.GetBytes($"1 2 * * * 'pwsh' -File '{other}' # renewal task: renew\n");
        await Scheduler.UnregisterAsync("renew", CancellationToken.None);
        Assert.Equal("mine", await File.ReadAllTextAsync(other));
    }

    [FactWith("sh")]
    public async Task A_shell_reads_the_words_as_they_were_meant()
    {
        const string Odd = "/tmp/it's $HOME `x` \\ \"y\" * #/pwsh";
        await Scheduler.RegisterAsync(TestTask.Make(Odd), CancellationToken.None);
        var command = Assert.Single(await Scheduler.ListAsync(CancellationToken.None)).Command;
        var result = await ExternalProgram.RunAsync("sh", ["-c", "printf '%s\\n' " + command]);
        Assert.Equal($"{Odd}\n-NoLogo\n-NoProfile\n-NonInteractive\n-File\n{ScriptPath}\n", result.Output);
    }
}
