using System.Management.Automation;
using System.Security;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// Takes plain text where a SecureString is wanted. PowerShell itself refuses it with an error that shows the text.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class SecureTextAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
        => (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            null => null,
            SecureString secure => secure,
            string text => SecretInput.Secure(text),
            _ => throw new ArgumentTransformationMetadataException("It must be a SecureString or a text. Get-Help about_Quoting_Rules says how to write a text that looks like a number."),
        };
}
