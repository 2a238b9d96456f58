using PoshAcmeSharp.Deployment.Tasks;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Tasks;

public sealed class RenewalTaskScriptTests
{
    private static readonly RenewalTaskScript Plain = new() { Module = "PoshAcmeSharp" };

    [Fact]
    public void A_script_stops_at_errors_and_ends_with_the_exit_code_of_the_run()
        => Assert.Equal(
            ["$ErrorActionPreference = 'Stop'", "Import-Module 'PoshAcmeSharp'", "exit (Invoke-PARenewalTask -AllOrders).ExitCode"],
            Lines(Plain.ToFileText()).Skip(1));

    [Fact]
    public void Variables_are_set_before_the_module_is_imported()
    {
        var script = Plain with { Environment = [new("POSHACME_HOME", "/srv/o'brien")] };
        Assert.Equal("$env:POSHACME_HOME = '/srv/o''brien'", Lines(script.ToFileText())[2]);
        Assert.Equal("Import-Module 'PoshAcmeSharp'", Lines(script.ToFileText())[3]);
    }

    [Fact]
    public void The_password_of_a_vault_is_not_carried()
        => Assert.DoesNotContain("POSHACME_VAULT_PASS", RenewalTaskScript.CarriedVariables);

    [Fact]
    public void All_that_PowerShell_takes_for_a_quote_is_doubled()
        => Assert.Contains("-LogFile '/a‘‘b’’c'''", (Plain with { LogFile = "/a‘b’c'" }).ToFileText(), StringComparison.Ordinal);

    [Theory]
    [InlineData("/var/log/renewal.log")]
    [InlineData("/var/it's ‘quoted’ -LogFile 'x'/r.log")]
    public void The_log_is_found_again_in_the_script(string path)
        => Assert.Equal(path, RenewalTaskScript.LogFileOf((Plain with { LogFile = path, Deploy = " other -LogFile 'no' " }).ToFileText()));

    [Fact]
    public void Without_a_log_or_profile_of_its_own_there_is_none_to_find()
    {
        Assert.Null(RenewalTaskScript.LogFileOf(Plain.ToFileText()));
        Assert.Null(RenewalTaskScript.ProfileOf(Plain.ToFileText()));
    }

    [Fact]
    public void A_block_may_end_in_a_comment()
        => Assert.Contains("-Deploy { 'x' # done\n} -OnFailure { 'y'\n}).ExitCode", (Plain with { Deploy = " 'x' # done", OnFailure = " 'y'" }).ToFileText(), StringComparison.Ordinal);

    [Fact]
    public void On_Windows_a_plain_task_can_be_read()
        => Assert.Equal(
            "-NoLogo -NoProfile -NonInteractive -Command \"$ErrorActionPreference = 'Stop'; Import-Module 'PoshAcmeSharp'; exit (Invoke-PARenewalTask -AllAccounts -AllServers -LogSizeMB 2 -LogCount 9).ExitCode\"",
            (Plain with { AllAccounts = true, AllServers = true, LogSizeMB = 2, LogCount = 9 }).ToArguments());

    [Theory]
    [InlineData("C:\\100%temp%\\a.ps1")]
    [InlineData("C:\\$(Arg0)\\a.ps1")]
    [InlineData("C:\\a\"b\\a.ps1")]
    [InlineData("C:\\a\nb\\a.ps1")]
    public void What_the_Task_Scheduler_would_read_goes_encoded(string path)
    {
        var arguments = (Plain with { DeployScript = path }).ToArguments();
        Assert.Matches("^-NoLogo -NoProfile -NonInteractive -EncodedCommand [A-Za-z0-9+/=]+$", arguments);
        Assert.Contains(path, RenewalTaskScript.FromArguments(arguments), StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_go_encoded_and_come_back()
        => Assert.Contains("-Deploy { \"$_\"\n}", RenewalTaskScript.FromArguments((Plain with { Deploy = " \"$_\"" }).ToArguments()), StringComparison.Ordinal);

    [Theory]
    [InlineData("-EncodedCommand !!!")]
    [InlineData("-EncodedCommand abc")]
    [InlineData("-File x.ps1")]
    [InlineData("")]
    public void Arguments_of_something_else_have_no_script(string arguments)
        => Assert.Null(RenewalTaskScript.FromArguments(arguments));

    [Theory]
    [InlineData("renew", true)]
    [InlineData("a.b-c_9", true)]
    [InlineData("-x", false)]
    [InlineData("a b", false)]
    [InlineData("../x", false)]
    [InlineData("", false)]
    public void Names_are_what_units_and_files_can_be_called(string name, bool isGood)
        => Assert.Equal(isGood, Record.Exception(() => RenewalTaskName.Check(name)) is null);

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');
}
