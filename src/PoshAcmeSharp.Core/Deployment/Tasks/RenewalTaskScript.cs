using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>What a renewal task runs: a few lines of PowerShell that call Invoke-PARenewalTask.</summary>
public sealed record RenewalTaskScript
{
    private const string Heading = "# A renewal task. Register-PARenewalTask writes this file anew, so change it there.";
    private const string CommandSwitch = "-Command";
    private const string EncodedSwitch = "-EncodedCommand";
    private const string Switches = "-NoLogo -NoProfile -NonInteractive";

    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The variables of the environment that decide which profile, plugins and vault are used. The vault's password is
    /// none of them: it would stand in the task for all to read.
    /// </summary>
    public static IReadOnlyList<string> CarriedVariables { get; } =
        [ProfileRoot.EnvironmentVariable, "POSHACME_PLUGINS", SecretVaultSettings.NameVariable, SecretVaultSettings.TemplateVariable];

    /// <summary>The name of this module, or the full path of its manifest.</summary>
    public required string Module { get; init; }

    /// <summary>Variables of the environment that are set first.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Whether all accounts of the server are renewed, and not the current one alone.</summary>
    public bool AllAccounts { get; init; }

    /// <summary>Whether all servers are renewed; goes with <see cref="AllAccounts"/>.</summary>
    public bool AllServers { get; init; }

    /// <summary>The full path of the log, or null for the one in the profile.</summary>
    public string? LogFile { get; init; }

    /// <summary>At which size in MB the log is put aside; null for the default.</summary>
    public int? LogSizeMB { get; init; }

    /// <summary>How many logs that were put aside are kept; null for the default.</summary>
    public int? LogCount { get; init; }

    /// <summary>The full path of a script that is run for each renewed certificate, or null.</summary>
    public string? DeployScript { get; init; }

    /// <summary>The text of a script block that is run for each renewed certificate, without its braces, or null.</summary>
    public string? Deploy { get; init; }

    /// <summary>The text of a script block that is run after a failure, without its braces, or null.</summary>
    public string? OnFailure { get; init; }

    /// <summary>The content of a script file.</summary>
    public string ToFileText() => $"{Heading}\n{string.Join("\n", Statements())}\n";

    /// <summary>Whether a script file was written here.</summary>
    /// <param name="text">Its text.</param>
    public static bool IsOurs(string text) => text.StartsWith(Heading, StringComparison.Ordinal);

    /// <summary>
    /// The arguments of PowerShell on Windows. Script blocks, and whatever the Task Scheduler or the command line would
    /// read as something of their own, go encoded.
    /// </summary>
    public string ToArguments()
    {
        var command = string.Join("; ", Statements());
        return Deploy is null && OnFailure is null && command.IndexOfAny(['"', '%', '\r', '\n']) < 0 && !command.Contains("$(")
            ? $"{Switches} {CommandSwitch} \"{command}\""
            : $"{Switches} {EncodedSwitch} {Convert.ToBase64String(Encoding.Unicode.GetBytes(string.Join("\n", Statements())))}";
    }

    /// <summary>The arguments of PowerShell that run the script out of a file, one by one.</summary>
    /// <param name="path">The full path of the file.</param>
    public static IReadOnlyList<string> FileArguments(string path) => [.. Switches.Split(' '), "-File", path];

    /// <summary>The script block that runs a script file for a certificate; exit with another code than 0 is a failure too.</summary>
    /// <param name="path">The full path of the file.</param>
    /// <returns>The text of the block, without braces.</returns>
    public static string DeployBlock(string path)
    {
        var quoted = CommandText.PowerShell(path);
        return $"param($certificate) & {quoted} $certificate; if (-not $?) {{ throw ({quoted} + ' ended with exit code ' + $LASTEXITCODE + '.') }}";
    }

    /// <summary>The script in arguments that <see cref="ToArguments"/> made.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>Its text, or null when there is none.</returns>
    public static string? FromArguments(string arguments)
    {
        var match = Regex.Match(arguments, $"{EncodedSwitch} (?<encoded>[A-Za-z0-9+/=]+)$|{CommandSwitch} \"(?<plain>[^\"]*)\"$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, MatchTimeout);
        try
        {
            return !match.Success ? null
                : match.Groups["plain"] is { Success: true } plain ? plain.Value
                : Encoding.Unicode.GetString(Convert.FromBase64String(match.Groups["encoded"].Value));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The log that a script names.</summary>
    /// <param name="script">The text of the script.</param>
    /// <returns>The full path, or null when it is the one in the profile.</returns>
    public static string? LogFileOf(string script) => Quoted(script, "-LogFile ");

    /// <summary>The profile that a script names.</summary>
    /// <param name="script">The text of the script.</param>
    /// <returns>The full path, or null when it is the default one of whoever runs it.</returns>
    public static string? ProfileOf(string script) => Quoted(script, $@"\$env:{ProfileRoot.EnvironmentVariable} = ");

    private static string? Quoted(string script, string pattern)
    {
        var match = Regex.Match(
            script, pattern + "(?<value>'([^'\u2018\u2019\u201A\u201B]|''|\u2018\u2018|\u2019\u2019|\u201A\u201A|\u201B\u201B)*')", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, MatchTimeout);
        return match.Success ? CommandText.FromPowerShell(match.Groups["value"].Value) : null;
    }

    private IEnumerable<string> Statements()
    {
        // Without it a failure before the last line would go on to it, and end with the code of success.
        yield return "$ErrorActionPreference = 'Stop'";
        foreach (var variable in Environment)
        {
            yield return $"$env:{variable.Key} = {CommandText.PowerShell(variable.Value)}";
        }

        yield return $"Import-Module {CommandText.PowerShell(Module)}";
        yield return $"exit (Invoke-PARenewalTask{string.Concat(Parameters().Select(parameter => " " + parameter))}).ExitCode";
    }

    private IEnumerable<string> Parameters()
    {
        if (AllAccounts)
        {
            yield return AllServers ? "-AllAccounts -AllServers" : "-AllAccounts";
        }
        else
        {
            yield return "-AllOrders";
        }

        // Before the blocks, which may hold anything: what is read out of a script is looked for from its beginning.
        if (LogFile is not null)
        {
            yield return $"-LogFile {CommandText.PowerShell(LogFile)}";
        }

        if (LogSizeMB is { } size)
        {
            yield return string.Format(CultureInfo.InvariantCulture, "-LogSizeMB {0}", size);
        }

        if (LogCount is { } count)
        {
            yield return string.Format(CultureInfo.InvariantCulture, "-LogCount {0}", count);
        }

        if (DeployScript is not null)
        {
            yield return $"-DeployScript {CommandText.PowerShell(DeployScript)}";
        }

        // A block may end in a comment.
        if (Deploy is not null)
        {
            yield return $"-Deploy {{{Deploy}\n}}";
        }

        if (OnFailure is not null)
        {
            yield return $"-OnFailure {{{OnFailure}\n}}";
        }
    }
}
