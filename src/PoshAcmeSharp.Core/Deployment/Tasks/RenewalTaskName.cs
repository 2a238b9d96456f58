using System.Text.RegularExpressions;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>The names of renewal tasks: what files, units and crontabs take without quotes.</summary>
public static class RenewalTaskName
{
    /// <summary>The name of a task that was given none.</summary>
    public const string Default = "poshacmesharp-renewal";

    /// <summary>What a name may be, as a regular expression.</summary>
    public const string Pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$";

    /// <summary>Refuses what is no name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The same name.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidTaskName</c>.</exception>
    public static string Check(string name)
        => Regex.IsMatch(name, Pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))
            ? name
            : throw new PoshAcmeException(
                "InvalidTaskName",
                ErrorKind.InvalidArgument,
                $"'{Text.Cut(name, 100)}' cannot be the name of a renewal task.",
                "Use letters, digits, dots, hyphens and underscores: 64 characters at most, the first one a letter or digit.");
}
