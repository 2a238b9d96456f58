using System.Management.Automation;
using System.Text.RegularExpressions;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// Accepts names that can be the name of a folder everywhere: letters, digits and <c>- . _ !</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ValidateFriendlyNameAttribute : ValidateEnumeratedArgumentsAttribute
{
    private const string Pattern = @"\A(?!\.{1,2}\z)[0-9a-zA-Z\-._!]+\z";

    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        var name = element?.ToString() ?? string.Empty;
        if (!Regex.IsMatch(name, Pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
        {
            throw new ValidationMetadataException(
                $"'{name}' cannot be used as a name. Use only letters (a-z), digits, hyphens, periods, underscores and exclamation marks.");
        }
    }
}
