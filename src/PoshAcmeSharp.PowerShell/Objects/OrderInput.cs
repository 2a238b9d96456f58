using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Reads the order that a command is given: an object with a <c>Name</c>, the name itself, or nothing for the current one.</summary>
internal static class OrderInput
{
    /// <summary>The order as it is in the profile now.</summary>
    /// <exception cref="PoshAcmeException"><c>InvalidOrder</c>, <c>OrderNotFound</c>, <c>NoOrder</c>, <c>OrderReplaced</c>.</exception>
    public static StoredOrder Resolve(ProfileSession session, StoredAccount account, object? given)
    {
        string? name = null;
        if (given is not null)
        {
            name = PSObjects.GetString(given, "Name")
                ?? PSObjects.GetString(given, "MainDomain")?.Replace('*', '!')
                ?? (given is PSObject wrapped ? wrapped.BaseObject : given) as string
                ?? throw new PoshAcmeException(
                    "InvalidOrder",
                    ErrorKind.InvalidArgument,
                    "The object given as order has no Name.",
                    "Give an order from Get-PAOrder.");
        }

        var order = new OrderService(session).Require(account, name);
        if (PSObjects.GetString(given, "location") is { } location && order.Location is { Length: > 0 } kept && location != kept)
        {
            throw new PoshAcmeException(
                "OrderReplaced",
                ErrorKind.InvalidOperation,
                $"The order '{order.Name}' has been replaced by another since this object was made.",
                $"Get the present one with Get-PAOrder -Name '{order.Name}'.");
        }

        return order;
    }
}
