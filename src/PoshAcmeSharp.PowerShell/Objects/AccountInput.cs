using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Reads the account that a command is given: an object with an <c>id</c>, an id, or nothing for the current one.</summary>
internal static class AccountInput
{
    /// <summary>The account in the profile; it must be valid.</summary>
    /// <exception cref="PoshAcmeException"><c>InvalidAccount</c>, <c>AccountNotFound</c>, <c>AccountNotValid</c>, <c>NoAccount</c>.</exception>
    public static StoredAccount Resolve(ProfileSession session, StoredServer server, object? given)
    {
        if (given is null)
        {
            return session.RequireValidAccount(server);
        }

        var id = PSObjects.GetString(given, "id") ?? (given is PSObject wrapped ? wrapped.BaseObject : given) as string ?? throw new PoshAcmeException(
            "InvalidAccount",
            ErrorKind.InvalidArgument,
            "The object given as account has no id.",
            "Give an account from Get-PAAccount.");
        return session.RequireValidAccount(server, id);
    }
}
