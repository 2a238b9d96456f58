using PoshAcmeSharp.Deployment.Tasks;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Tasks;

public sealed class PowerShellProgramTests
{
    private const string Home = "/opt/microsoft/powershell/7";

    [Fact]
    public void The_PowerShell_that_runs_is_taken()
        => Assert.Equal("/usr/bin/pwsh", PowerShellProgram.Find("/usr/bin/pwsh", Home, isDesktop: false, _ => false));

    [Fact]
    public void Of_an_editor_the_PowerShell_that_goes_with_it_is_taken()
        => Assert.Equal(Home + "/powershell.exe", PowerShellProgram.Find("/somewhere/powershell_ise.exe", Home, isDesktop: true, path => path.EndsWith("powershell.exe", StringComparison.Ordinal)));

    [Fact]
    public void Without_one_it_is_an_error()
        => Assert.Equal("PowerShellNotFound", Assert.Throws<PoshAcmeException>(() => PowerShellProgram.Find("/usr/bin/dotnet", Home, isDesktop: false, _ => false)).ErrorId);

    [Theory]
    [InlineData("/usr/local/share/powershell/Modules/PoshAcmeSharp/0.1.0/PoshAcmeSharp.psd1", "PoshAcmeSharp")]
    [InlineData("/opt/microsoft/powershell/7/Modules/PoshAcmeSharp/PoshAcmeSharp.psd1", "PoshAcmeSharp")]
    [InlineData("/srv/modules/PoshAcmeSharp/PoshAcmeSharp.psd1", "/srv/modules/PoshAcmeSharp/PoshAcmeSharp.psd1")]
    [InlineData("/home/me/src/PoshAcmeSharp.psd1", "/home/me/src/PoshAcmeSharp.psd1")]
    public void A_module_is_named_where_every_PowerShell_finds_it(string manifest, string expected)
        => Assert.Equal(expected, PowerShellProgram.ModuleReference(
            manifest, ["/usr/local/share/powershell/Modules", Home + "/Modules", "/srv/modules"], Home, otherUsersHome: null));

    [Fact]
    public void What_is_installed_for_one_user_is_named_by_its_path_for_another()
    {
        const string Manifest = @"C:\Users\me\Documents\WindowsPowerShell\Modules\PoshAcmeSharp\0.1.0\PoshAcmeSharp.psd1";
        string[] path = [@"C:\Users\me\Documents\WindowsPowerShell\Modules", @"C:\Program Files\WindowsPowerShell\Modules"];
        Assert.Equal("PoshAcmeSharp", PowerShellProgram.ModuleReference(Manifest, path, @"C:\Windows\x", otherUsersHome: null));
        Assert.Equal(Manifest, PowerShellProgram.ModuleReference(Manifest, path, @"C:\Windows\x", otherUsersHome: @"C:\Users\me"));
    }

    [Theory]
    [InlineData(@"CORP\svc$", true)]
    [InlineData("svc$", false)]
    [InlineData(@"CORP\svc", false)]
    public void A_managed_account_has_a_domain_and_a_dollar_sign(string name, bool isGood)
        => Assert.Equal(isGood, Record.Exception(() => TaskAccount.Managed(name)) is null);

    [Fact]
    public void An_account_is_the_same_with_and_without_its_domain()
    {
        Assert.True(TaskAccount.WithPassword(@"CORP\svc").Is("SVC"));
        Assert.True(TaskAccount.System.Is("SYSTEM"));
        Assert.False(TaskAccount.System.Is(@"CORP\svc"));
        Assert.False(TaskAccount.System.Is(null));
    }

    [Fact]
    public void A_random_time_is_in_the_small_hours()
    {
        var random = new Random(1);
        Assert.All(Enumerable.Range(0, 1000).Select(_ => DailySchedule.Random(random)), time => Assert.InRange((time.Hour * 60) + time.Minute, 60, 359));
    }

    [Fact]
    public void The_next_run_is_today_or_tomorrow()
    {
        var schedule = new DailySchedule(3, 17);
        Assert.Equal(new DateTime(2030, 1, 1, 3, 17, 0), schedule.Next(new DateTime(2030, 1, 1, 3, 16, 59)));
        Assert.Equal(new DateTime(2030, 1, 2, 3, 17, 0), schedule.Next(new DateTime(2030, 1, 1, 3, 17, 0)));
    }

    [Fact]
    public void Tasks_of_a_user_lie_in_the_folder_for_settings()
    {
        Assert.Equal("/home/me/.config/systemd/user", Folders(("HOME", "/home/me")).Units);
        Assert.Equal("/cfg/poshacmesharp", Folders(("HOME", "/home/me"), ("XDG_CONFIG_HOME", "/cfg")).Scripts);
        Assert.Equal("/home/me/.config/poshacmesharp", Folders(("HOME", "/home/me"), ("XDG_CONFIG_HOME", "relative")).Scripts);
        Assert.Equal("HomeUnknown", Assert.Throws<PoshAcmeException>(() => Folders()).ErrorId);
    }

    private static TaskFolders Folders(params (string Name, string Value)[] environment)
        => TaskFolders.User(name => environment.FirstOrDefault(v => v.Name == name).Value);
}
