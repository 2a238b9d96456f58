namespace PoshAcmeSharp.Profile;

/// <summary>
/// Makes one kind of error of all the ways in which a profile, or what goes with it, turns out to be another user's: whose
/// it is, who is at work, what to do. Nothing is ever changed on the way.
/// </summary>
internal sealed class ForeignProfile(IFileOwners owners)
{
    internal const string ErrorId = "ProfileOfAnotherUser";

    /// <summary>The owners that this machine tells.</summary>
    public static ForeignProfile OfThisMachine { get; } = new(
        SystemKinds.Current == SystemKind.Windows ? new WindowsOwners() : new UnixOwners());

    public IFileOwners Owners { get; } = owners;

    /// <summary>Explains why the system has refused access.</summary>
    /// <param name="path">The file or folder. It need not be visible: then the nearest folder above it is told.</param>
    /// <param name="failure">What could not be done, as a sentence without its stop.</param>
    /// <param name="cause">What the system said.</param>
    /// <returns>The error; null when the files are this user's, so that the cause is another.</returns>
    public PoshAcmeException? Explain(string path, string failure, UnauthorizedAccessException cause)
    {
        var (place, owner) = FindOwner(path);
        var user = Owners.Current;
        if (owner is null || IsSame(owner, user))
        {
            return null;
        }

        return new PoshAcmeException(
            ErrorId,
            ErrorKind.PermissionDenied,
            $"{failure}: '{place}' belongs to {owner}, and this command runs as {user}. Nothing has been changed.",
            $"Run it as {owner}, or set {ProfileRoot.EnvironmentVariable} to a profile of {user}.",
            cause);
    }

    /// <summary>Explains why a secret cannot be decrypted.</summary>
    /// <param name="path">The file with it.</param>
    /// <param name="what">The secret, as the beginning of a sentence.</param>
    /// <param name="remedy">What helps besides, as a sentence.</param>
    /// <param name="cause">Why.</param>
    /// <returns>The error.</returns>
    public PoshAcmeException Undecryptable(string path, string what, string remedy, SecretException cause)
    {
        var (_, owner) = FindOwner(path);
        var user = Owners.Current;
        var whose = owner is null || IsSame(owner, user) ? $"This command runs as {user}" : $"It belongs to {owner}, and this command runs as {user}";
        return new PoshAcmeException(
            ErrorId,
            ErrorKind.Security,
            $"{what} in '{path}' cannot be decrypted: {cause.Message}. {whose}. Nothing has been changed.",
            $"Run it as the user who saved it, on that machine; or let that user run Set-PAAccount -SecretScope Machine, or -SecretKeyFile with a file that both can read. {remedy}",
            cause);
    }

    private static bool IsSame(FileOwner owner, FileOwner user) => string.Equals(owner.Id, user.Id, StringComparison.OrdinalIgnoreCase);

    private (string Place, FileOwner? Owner) FindOwner(string path)
    {
        for (var place = path; !string.IsNullOrEmpty(place); place = Path.GetDirectoryName(place))
        {
            if (Owners.Find(place!) is { } owner)
            {
                return (place!, owner);
            }
        }

        return (path, null);
    }
}
