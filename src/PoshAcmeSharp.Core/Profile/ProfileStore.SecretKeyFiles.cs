namespace PoshAcmeSharp.Profile;

/// <content>Keys for secrets in files outside of the profile, and the protection of the machine.</content>
public sealed partial class ProfileStore
{
    private readonly ForeignProfile _foreign;
    private readonly SecretKeyFile _keyFile;

    /// <summary>Makes sure that what is chosen can be used, before anything changes; a key file is made when it is not there.</summary>
    /// <param name="account">The account that gets it; null when it is yet to be made.</param>
    /// <param name="choice">What is chosen.</param>
    /// <exception cref="PoshAcmeException"><c>MachineScopeNotHere</c>, <c>ProfileExposed</c>, <c>SecretKeyFileInProfile</c>, <c>SecretKeyFileMissing</c>, and as <see cref="SecretKeyFile.ReadOrMake"/>; the vault cannot be used.</exception>
    internal void CheckSecretKey(StoredAccount? account, SecretKeyChoice choice)
    {
        if (choice.IsMachine && _machineProtector is null)
        {
            throw new PoshAcmeException(
                "MachineScopeNotHere",
                ErrorKind.InvalidArgument,
                "Only Windows protects secrets for all accounts of a machine.",
                "Use -SecretKeyFile with a file that the accounts which need it can read.");
        }

        // What keeps others from what the whole machine can decrypt is the access list alone.
        var place = account is null ? Root : Path.Combine(account.Folder, StoredAccount.FileName);
        if (choice.IsMachine && _foreign.Owners.IsReadableByAll(place))
        {
            throw new PoshAcmeException(
                "ProfileExposed",
                ErrorKind.Security,
                $"'{place}' can be read by everybody on this machine, so everybody could decrypt secrets for the machine.",
                $"Take the rights of Everyone, Users and Authenticated Users away from '{Root}', or use -SecretKeyFile.");
        }

        if (choice.KeyFile is { } path)
        {
            CheckKeyFile(account, path);
        }
        else if (choice is { IsOwnKey: true, IsNew: true } && UsesVault)
        {
            CheckVault();
        }
    }

    private void CheckKeyFile(StoredAccount? account, string path)
    {
        // Who copies the profile must not have the key with it. Upper and lower case may be one.
        if (path.StartsWith(Root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase))
        {
            throw new PoshAcmeException(
                "SecretKeyFileInProfile",
                ErrorKind.InvalidArgument,
                $"The key file '{path}' lies in the profile '{Root}': whoever has the one would have the other.",
                "Name a file outside of the profile, which is not saved together with it.");
        }

        // A new key at this place would open none of the account's secrets.
        if (account?.SecretKeyPlace == StoredAccount.FilePrefix + path && _keyFile.Read(path) is null)
        {
            throw MissingKeyFile(account, path);
        }

        _ = _keyFile.ReadOrMake(path, out var isMade);
        if (isMade)
        {
            _reporter.Warning($"The key file '{path}' has been made with a new key. Keep a copy at a safe place: without it the secrets of the account are lost.");
        }
    }

    private static PoshAcmeException MissingKeyFile(StoredAccount account, string path) => new(
        "SecretKeyFileMissing",
        ErrorKind.Security,
        $"The key file '{path}' for the secrets of account '{account.Id}' is not there.",
        "Restore it. If it is lost, run Set-PAAccount -SecretKeyFile with another file and give the plugin arguments anew.");
}
