package dev.vcsnap.pbm;

import dev.vcsnap.vim.Faults;
import java.util.stream.Collectors;

/** Answers the calls: what stands inside of a response element. */
final class PbmService {

  /** vCenter's policy without requirements, under the id that it has everywhere. */
  private static final String POLICY = "f4e5bade-15a2-4805-bf8e-52318c4ce443";

  private static final String POLICY_ID = "<uniqueId>" + POLICY + "</uniqueId>";

  private static final String CONTENT =
      """
      <returnval><aboutInfo><name>PBM</name><version>2.0</version>\
      <instanceUuid>df09f335-be97-4f33-8c27-315faaaad6fc</instanceUuid></aboutInfo>\
      <sessionManager type="PbmSessionManager">SessionManager</sessionManager>\
      <capabilityMetadataManager type="PbmCapabilityMetadataManager">\
      CapabilityMetadataManager</capabilityMetadataManager>\
      <profileManager type="PbmProfileProfileManager">ProfileManager</profileManager>\
      <complianceManager type="PbmComplianceManager">complianceManager</complianceManager>\
      <placementSolver type="PbmPlacementSolver">placementSolver</placementSolver>\
      </returnval>\
      """;

  private static final String PROFILE =
      """
      <returnval xsi:type="PbmCapabilityProfile"><profileId>%s</profileId>\
      <name>VVol No Requirements Policy</name>\
      <description>Allow the datastore to determine the best placement strategy for storage \
      objects</description>\
      <creationTime>2024-01-01T00:00:00Z</creationTime><createdBy>Temporary user handle</createdBy>\
      <lastUpdatedTime>2024-01-01T00:00:00Z</lastUpdatedTime>\
      <lastUpdatedBy>Temporary user handle</lastUpdatedBy>\
      <profileCategory>REQUIREMENT</profileCategory>\
      <resourceType><resourceType>STORAGE</resourceType></resourceType>\
      <constraints xsi:type="PbmCapabilitySubProfileConstraints"/>\
      <generationId>0</generationId><isDefault>false</isDefault></returnval>\
      """
          .formatted(POLICY_ID);

  /** True for what may be asked before login. */
  static boolean isOpen(String method) {
    return method.equals("PbmRetrieveServiceContent");
  }

  /**
   * Answers a call.
   *
   * @throws dev.vcsnap.vim.VimException InvalidArgument for a policy that does not exist,
   *     NotSupported for any other method
   */
  String answer(PbmRequest request) {
    return switch (request.method()) {
      case "PbmRetrieveServiceContent" -> CONTENT;
      case "PbmFetchResourceType" -> "<returnval><resourceType>STORAGE</resourceType></returnval>";
      case "PbmQueryProfile" -> "<returnval>" + POLICY_ID + "</returnval>";
      case "PbmRetrieveContent" -> profiles(request);
      case "PbmQueryAssociatedProfile",
          "PbmQueryAssociatedProfiles",
          "PbmQueryAssociatedEntity",
          "PbmQueryAssociatedEntities" ->
          "";
      case "PbmCheckRequirements", "PbmCheckCompatibility" ->
          request.hubs().stream()
              .map(hub -> "<returnval><hub>" + hub(hub) + "</hub></returnval>")
              .collect(Collectors.joining());
      case "PbmQueryMatchingHub" ->
          request.hubs().stream()
              .map(hub -> "<returnval>" + hub(hub) + "</returnval>")
              .collect(Collectors.joining());
      default -> throw Faults.notSupported(request.method());
    };
  }

  private static String profiles(PbmRequest request) {
    if (request.profileIds().isEmpty() || !request.profileIds().stream().allMatch(POLICY::equals)) {
      throw Faults.invalidArgument("profileIds");
    }
    return PROFILE;
  }

  private static String hub(PbmRequest.Hub hub) {
    return "<hubType>" + escaped(hub.type()) + "</hubType><hubId>" + escaped(hub.id()) + "</hubId>";
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
