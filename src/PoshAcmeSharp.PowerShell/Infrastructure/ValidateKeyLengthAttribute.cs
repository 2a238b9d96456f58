using System.Management.Automation;
using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>Accepts <c>ec-256</c>, <c>ec-384</c>, <c>ec-521</c> and 2048 to 4096 in steps of 128.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ValidateKeyLengthAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        try
        {
            KeyLength.Parse(element?.ToString() ?? string.Empty);
        }
        catch (PoshAcmeException e)
        {
            throw new ValidationMetadataException($"{e.Message} {e.RecommendedAction}", e);
        }
    }
}
