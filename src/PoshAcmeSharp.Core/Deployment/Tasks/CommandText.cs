using System.Text;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>Quotes values for those who will read them: PowerShell, a shell, systemd.</summary>
internal static class CommandText
{
    /// <summary>All that PowerShell takes for a single quote.</summary>
    private const string SingleQuotes = "'\u2018\u2019\u201A\u201B";

    /// <summary>A PowerShell string of exactly this value.</summary>
    public static string PowerShell(string value)
    {
        var text = new StringBuilder("'", value.Length + 2);
        foreach (var c in value)
        {
            text.Append(c, SingleQuotes.IndexOf(c) >= 0 ? 2 : 1);
        }

        return text.Append('\'').ToString();
    }

    /// <summary>The value of a string that <see cref="PowerShell"/> made.</summary>
    public static string FromPowerShell(string quoted)
    {
        var inner = quoted.Substring(1, quoted.Length - 2);
        return SingleQuotes.Aggregate(inner, (text, quote) => text.Replace(new string(quote, 2), quote.ToString()));
    }

    /// <summary>A word of a POSIX shell's command line.</summary>
    public static string Shell(string value) => "'" + value.Replace("'", @"'\''") + "'";

    /// <summary>An argument in <c>ExecStart=</c>: no specifier, variable or escape in it is looked at.</summary>
    public static string Systemd(string value) => SystemdAssignment(value.Replace("$", "$$"));

    /// <summary>A word of <c>Environment=</c>, or the program of <c>ExecStart=</c>, where a dollar sign is itself.</summary>
    public static string SystemdAssignment(string value)
        => "\"" + value.Replace(@"\", @"\\").Replace("\"", "\\\"").Replace("%", "%%") + "\"";

    /// <summary>Refuses what no line of a crontab or unit can hold.</summary>
    /// <exception cref="PoshAcmeException"><c>InvalidTaskPath</c>.</exception>
    public static string OneLine(string value)
        => value.Any(char.IsControl)
            ? throw new PoshAcmeException(
                "InvalidTaskPath",
                ErrorKind.InvalidArgument,
                $"'{Text.Cut(value, 200)}' has a line break or another control character in it, which schedulers do not take.",
                "Use a path without.")
            : value;
}
