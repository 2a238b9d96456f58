using System.Globalization;
using System.Text;
using PoshAcmeSharp.Deployment.Tasks;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Tasks;

public sealed class SystemdSchedulerTests : IDisposable
{
    private readonly StubPrograms programs = new();
    private readonly string folder = Directory.CreateTempSubdirectory("systemd-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private SystemdScheduler Scheduler(bool isSystem = false) => new(
        programs, PhysicalFileSystem.Instance, new() { IsSystem = isSystem, Scripts = Path.Combine(folder, "scripts"), Units = Path.Combine(folder, "units") }, "somebody");

    private string Unit(string suffix) => File.ReadAllText(Path.Combine(folder, "units", "renew" + suffix));

    [Fact]
    public async Task The_timer_starts_the_service_daily_and_makes_up_for_missed_runs()
    {
        await Scheduler().RegisterAsync(TestTask.Make(), CancellationToken.None);
        Assert.Contains("\nOnCalendar=*-*-* 03:17:00\nRandomizedDelaySec=1800\nPersistent=true\n", Unit(".timer"), StringComparison.Ordinal);
        Assert.Contains(
            $"\nExecStart=\"/usr/bin/pwsh\" -NoLogo -NoProfile -NonInteractive -File \"{folder}/scripts/renew.ps1\"\nTimeoutStartSec=7200\n", Unit(".service"), StringComparison.Ordinal);
        Assert.Equal(
            ["systemctl --user daemon-reload", "systemctl --user enable renew.timer", "systemctl --user restart renew.timer"], programs.Calls);
    }

    [Fact]
    public async Task A_service_of_the_system_names_its_user_so_that_it_has_a_home()
    {
        await Scheduler(isSystem: true).RegisterAsync(TestTask.Make(), CancellationToken.None);
        Assert.Contains("\nUser=somebody\n", Unit(".service"), StringComparison.Ordinal);
        Assert.Contains("\nAfter=network-online.target\n", Unit(".service"), StringComparison.Ordinal);
        Assert.Equal("systemctl daemon-reload", programs.Calls[0]);
    }

    [Fact]
    public async Task Nothing_in_a_path_means_anything_to_systemd()
    {
        await Scheduler().RegisterAsync(
            TestTask.Make(@"/opt/100% $HOME ""x"" \n/pwsh") with { ProgramEnvironment = [new("DOTNET_ROOT", "/opt/100% $x")] }, CancellationToken.None);
        Assert.Contains(@"ExecStart=""/opt/100%% $HOME \""x\"" \\n/pwsh"" ", Unit(".service"), StringComparison.Ordinal);
        Assert.Contains(@"Environment=""DOTNET_ROOT=/opt/100%% $x""", Unit(".service"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Units_of_others_are_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(folder, "units"));
        await File.WriteAllTextAsync(Path.Combine(folder, "units", "renew.service"), "[Unit]\n");
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Scheduler().RegisterAsync(TestTask.Make(), CancellationToken.None));
        Assert.Equal("TaskNameTaken", error.ErrorId);
        Assert.Equal("[Unit]\n", Unit(".service"));
        Assert.Empty(await Scheduler().ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Unregistering_leaves_nothing()
    {
        await Scheduler().RegisterAsync(TestTask.Make(), CancellationToken.None);
        programs.Calls.Clear();
        await Scheduler().UnregisterAsync("renew", CancellationToken.None);
        Assert.Empty(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));
        Assert.Equal(["systemctl --user disable --now renew.timer", "systemctl --user daemon-reload"], programs.Calls);
    }

    [Fact]
    public async Task What_systemd_says_of_a_task_is_shown()
    {
        await Scheduler().RegisterAsync(TestTask.Make(), CancellationToken.None);
        programs.Systemctl = call => new(0, Encoding.UTF8.GetBytes(call.Contains(".timer", StringComparison.Ordinal)
            ? "ActiveState=active\nNextElapseUSecRealtime=Tue 2030-01-01 03:17:00 UTC\n"
            : "ExecMainStartTimestamp=Mon 2029-12-31 03:17:00 UTC\nExecMainExitTimestamp=Mon 2029-12-31 03:18:00 UTC\nExecMainStatus=1\nResult=exit-code\n"), string.Empty);
        var task = Assert.Single(await Scheduler().ListAsync(CancellationToken.None));
        Assert.True(task.Enabled);
        Assert.Equal(new DailySchedule(3, 17), task.Schedule);
        Assert.Equal(Utc("2030-01-01 03:17"), task.NextRun!.Value.ToUniversalTime());
        Assert.Equal(Utc("2029-12-31 03:17"), task.LastRun!.Value.ToUniversalTime());
        Assert.Equal(1, task.LastResult);
        Assert.Equal("somebody", task.Account);
        Assert.Contains("Invoke-PARenewalTask", task.Script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_never_ran_has_no_result()
    {
        await Scheduler().RegisterAsync(TestTask.Make(), CancellationToken.None);
        programs.Systemctl = _ => new(0, "ActiveState=inactive\nExecMainExitTimestamp=\nExecMainStatus=0\n"u8.ToArray(), string.Empty);
        var task = Assert.Single(await Scheduler().ListAsync(CancellationToken.None));
        Assert.Null(task.LastResult);
        Assert.Null(task.LastRun);
        Assert.False(task.Enabled);
    }

    [Fact]
    public async Task A_systemd_that_refuses_is_named_with_its_words()
    {
        programs.Systemctl = _ => new(1, [], "Failed to connect to bus: No medium found");
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Scheduler().RegisterAsync(TestTask.Make(), CancellationToken.None));
        Assert.Equal("SystemctlFailed", error.ErrorId);
        Assert.Contains("No medium found", error.Message, StringComparison.Ordinal);
    }

    [FactWith("systemd-analyze")]
    public async Task Systemd_itself_finds_nothing_wrong_with_the_units()
    {
        // It looks whether the program is there and can be run.
        var program = Path.Combine(folder, "odd % $ name", "pwsh");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.Copy(ExternalProgram.Find("sh")!, program);
        await Scheduler(isSystem: true).RegisterAsync(TestTask.Make(program) with { ProgramEnvironment = [new("DOTNET_ROOT", "/opt/a b")] }, CancellationToken.None);
        var result = await ExternalProgram.RunAsync("systemd-analyze", ["verify", Path.Combine(folder, "units", "renew.timer"), Path.Combine(folder, "units", "renew.service")]);
        Assert.DoesNotContain("renew", result.Error, StringComparison.Ordinal);
    }

    [FactWith("systemd-analyze")]
    public async Task Systemd_itself_reads_the_calendar()
    {
        await Scheduler().RegisterAsync(TestTask.Make(), CancellationToken.None);
        var result = await ExternalProgram.RunAsync("systemd-analyze", ["calendar", SystemdUnits.Value(Unit(".timer"), "OnCalendar")!]);
        Assert.Contains("03:17:00", result.Output, StringComparison.Ordinal);
    }

    private static DateTime Utc(string text) => DateTime.ParseExact(text, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
