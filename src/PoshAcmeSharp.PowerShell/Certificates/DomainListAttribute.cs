using System.Collections;
using System.Management.Automation;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Certificates;

/// <summary>
/// Takes the names of a certificate out of what is piped instead of them: a row with a property Domain, such as one of
/// Import-Csv with names that are separated by commas, semicolons or blanks, or an order.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DomainListAttribute : ArgumentTransformationAttribute
{
    private static readonly char[] Separators = [',', ';', ' ', '\t'];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var bare = inputData is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : inputData;
        if (bare is string or IEnumerable and not IDictionary)
        {
            return inputData;
        }

        var names = PSObjects.GetStrings(inputData, "Domain");
        if (names.Length == 0)
        {
            names = [.. PSObjects.GetStrings(inputData, "MainDomain"), .. PSObjects.GetStrings(inputData, "SANs")];
        }

        return names.Length > 0 ? names.SelectMany(n => n.Split(Separators, StringSplitOptions.RemoveEmptyEntries)).ToArray() : inputData;
    }
}
